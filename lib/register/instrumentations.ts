import { ChildProcessInstrumentation } from '../instrumentation/child-process-instrumentation.js';
import type {
  ExecInstrumentation,
  InstrumentationConfig,
} from '../instrumentation/exec-instrumentation.js';
import { hookImports } from '../instrumentation/import-loader.js';
import { JsonRpcInstrumentation } from '../instrumentation/json-rpc-instrumentation.js';
import { McpInstrumentation } from '../instrumentation/mcp-instrumentation.js';

/** Every instrumentation of this package, on. */
export function everyInstrumentation(): ExecInstrumentation<InstrumentationConfig>[] {
  hookImports();
  return [
    new ChildProcessInstrumentation(),
    new JsonRpcInstrumentation(),
    new McpInstrumentation(),
  ];
}
