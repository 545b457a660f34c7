import type {
  ExecInstrumentation,
  InstrumentationConfig,
} from '../instrumentation/base/exec-instrumentation.js';
import { ChildProcessInstrumentation } from '../instrumentation/child-process/instrumentation.js';
import { hookImports } from '../instrumentation/modules/import-loader.js';
import { AcpInstrumentation } from '../instrumentation/rpc/acp-instrumentation.js';
import { JsonRpcInstrumentation } from '../instrumentation/rpc/json-rpc-instrumentation.js';
import { McpInstrumentation } from '../instrumentation/rpc/mcp-instrumentation.js';
import type { Variables } from './environment.js';
import { readOpenProcesses } from './open-processes.js';

/** Every instrumentation of this package, on, as the environment says. */
export function everyInstrumentation(
  variables: Variables,
): ExecInstrumentation<InstrumentationConfig>[] {
  hookImports();
  return [
    new AcpInstrumentation(),
    new ChildProcessInstrumentation(readOpenProcesses(variables)),
    new JsonRpcInstrumentation(),
    new McpInstrumentation(),
  ];
}
