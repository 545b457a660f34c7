import type {
  ExecInstrumentation,
  InstrumentationConfig,
} from '../instrumentation/base/exec-instrumentation.js';
import { ChildProcessInstrumentation } from '../instrumentation/child-process/instrumentation.js';
import { McpInstrumentation } from '../instrumentation/mcp/instrumentation.js';
import { AcpInstrumentation } from '../instrumentation/rpc/acp-instrumentation.js';
import { JsonRpcInstrumentation } from '../instrumentation/rpc/json-rpc-instrumentation.js';
import { StdioInstrumentation } from '../instrumentation/stdio/instrumentation.js';
import type { ExecTelemetry } from '../telemetry.js';
import type { Variables } from './environment.js';
import { readOpenProcesses } from './open-processes.js';

/** Every instrumentation of this package, on, as the environment says. */
export function everyInstrumentation(
  variables: Variables,
): ExecInstrumentation<InstrumentationConfig, Pick<ExecTelemetry, 'shutdown'>>[] {
  const stdio = new StdioInstrumentation();
  return [
    stdio,
    new AcpInstrumentation(),
    new ChildProcessInstrumentation(readOpenProcesses(variables)),
    new JsonRpcInstrumentation(),
    new McpInstrumentation(),
  ];
}
