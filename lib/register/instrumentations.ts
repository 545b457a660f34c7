import type {
  ExecInstrumentation,
  InstrumentationConfig,
} from '../instrumentation/base/exec-instrumentation.js';
import { ChildProcessInstrumentation } from '../instrumentation/child-process/instrumentation.js';
import { JsonRpcInstrumentation } from '../instrumentation/rpc/json-rpc-instrumentation.js';
import { McpInstrumentation } from '../instrumentation/rpc/mcp-instrumentation.js';

/** Every instrumentation of this package, on. */
export function everyInstrumentation(): ExecInstrumentation<InstrumentationConfig>[] {
  return [
    new ChildProcessInstrumentation(),
    new JsonRpcInstrumentation(),
    new McpInstrumentation(),
  ];
}
