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
import { tell } from './stderr-diagnostics.js';

/**
 * Names what is not to be observed, with commas between. The variable is that of the auto-instrumentations, whose names
 * have no prefix either.
 * @see https://opentelemetry.io/docs/zero-code/js/configuration/#excluding-instrumentation-libraries
 */
const DISABLED = 'OTEL_NODE_DISABLED_INSTRUMENTATIONS';

type Made = ExecInstrumentation<InstrumentationConfig, Pick<ExecTelemetry, 'shutdown'>>;

/** In the order in which their seams are put in. */
const INSTRUMENTATIONS: Readonly<Record<string, (variables: Variables) => Made>> = {
  stdio: () => new StdioInstrumentation(),
  acp: () => new AcpInstrumentation(),
  child_process: (variables) => new ChildProcessInstrumentation(readOpenProcesses(variables)),
  'vscode-jsonrpc': () => new JsonRpcInstrumentation(),
  mcp: () => new McpInstrumentation(),
};

/** Every instrumentation of this package, on, unless the environment switches it off by its name. */
export function everyInstrumentation(variables: Variables): Made[] {
  const disabled = (variables[DISABLED] ?? '').split(',').map((name) => name.trim());
  const misspelt = disabled.filter((name) => /^otel-exec\b/.test(name));
  if (misspelt.length > 0) {
    tell(
      `${DISABLED}: ${misspelt.join()} is not known: ${Object.keys(INSTRUMENTATIONS).join()} are`,
    );
  }
  return Object.entries(INSTRUMENTATIONS)
    .filter(([name]) => !disabled.includes(name))
    .map(([, make]) => make(variables));
}
