import type {
  ExecInstrumentation,
  InstrumentationConfig,
} from '../instrumentation/base/exec-instrumentation.js';
import { ChildProcessInstrumentation } from '../instrumentation/child-process/instrumentation.js';
import { hookImports } from '../instrumentation/modules/import-loader.js';
import { AcpInstrumentation } from '../instrumentation/rpc/acp-instrumentation.js';
import { JsonRpcInstrumentation } from '../instrumentation/rpc/json-rpc-instrumentation.js';
import { McpInstrumentation } from '../instrumentation/rpc/mcp-instrumentation.js';

/** Every instrumentation of this package, on. */
export function everyInstrumentation(): ExecInstrumentation<InstrumentationConfig>[] {
  hookImports();
  return [
    new ChildProcessInstrumentation(),
    new AcpInstrumentation(),
    new JsonRpcInstrumentation(),
    new McpInstrumentation(),
  ];
}
