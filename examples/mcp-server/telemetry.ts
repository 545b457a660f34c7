import { NodeSDK } from '@opentelemetry/sdk-node';
import { NoopSpanProcessor } from '@opentelemetry/sdk-trace';
import { ChildProcessInstrumentation, McpInstrumentation } from 'otel-exec/instrumentation';
import { LineLogRecordProcessor } from 'otel-exec/lines';

/**
 * What the server knows nothing of: it is loaded before it, with `node --import`. Events go to stderr as
 * lines, since stdout belongs to the stdio transport; spans go wherever `OTEL_EXPORTER_OTLP_ENDPOINT` says.
 */
new NodeSDK({
  serviceName: 'mcp-server',
  instrumentations: [new McpInstrumentation(), new ChildProcessInstrumentation()],
  logRecordProcessors: [new LineLogRecordProcessor({ filter: process.env.OTEL_EXEC_LOG })],
  ...(process.env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined && {
    spanProcessors: [new NoopSpanProcessor()],
    metricReaders: [],
  }),
}).start();
