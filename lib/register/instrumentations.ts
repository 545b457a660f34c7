import type {
  ExecInstrumentation,
  InstrumentationConfig,
} from '../instrumentation/base/exec-instrumentation.js';
import { ChildProcessInstrumentation } from '../instrumentation/child-process/instrumentation.js';
import { McpInstrumentation } from '../instrumentation/mcp/instrumentation.js';
import { hookImports } from '../instrumentation/modules/import-loader.js';
import { JsonRpcInstrumentation } from '../instrumentation/rpc/json-rpc-instrumentation.js';

/** Every instrumentation of this package, on. */
export function everyInstrumentation(): ExecInstrumentation<InstrumentationConfig>[] {
  hookImports();
  return [
    new ChildProcessInstrumentation(),
    new JsonRpcInstrumentation(),
    new McpInstrumentation(),
  ];
}
