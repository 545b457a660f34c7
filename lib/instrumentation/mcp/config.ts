import type { RpcInstrumentationConfig } from '../rpc/config.js';

/** What `McpInstrumentation` takes; each member is optional. */
export interface McpInstrumentationConfig extends RpcInstrumentationConfig {
  /** The tools that the server has; see `ExecTelemetryOptions.tools`. Default: those that have succeeded. */
  readonly tools?: readonly string[];
  /** Whether spans carry the URI of the resource that is asked for, which may be a path. Default false. */
  readonly captureResourceUri?: boolean;
  /** Whether what is asked carries the trace context, in its `params._meta`. Default true. */
  readonly propagate?: boolean;
  /** Whether it carries the baggage too, which may hold anything. Default false. */
  readonly baggage?: boolean;
}
