import {
  AcpInstrumentation,
  JsonRpcInstrumentation,
  McpInstrumentation,
} from 'otel-exec/instrumentation';
import '../../examples/lines-on-stderr.js';

/** For `node --import`: what `otel-exec/register` switches on, without the weight of a whole SDK. */
const instrumentations = [
  new AcpInstrumentation(),
  new JsonRpcInstrumentation(),
  new McpInstrumentation(),
];
process.on('exit', () => {
  for (const instrumentation of instrumentations) instrumentation.settleOpen();
});
