import type { RpcInstrumentationConfig } from '../rpc/config.js';

/** What `StdioInstrumentation` takes; each member is optional. */
export interface StdioInstrumentationConfig extends RpcInstrumentationConfig {
  /** The tools that an MCP server has; see `ExecTelemetryOptions.tools`. Default: those that have succeeded. */
  readonly tools?: readonly string[];
}
