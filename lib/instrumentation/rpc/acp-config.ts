import type { RpcInstrumentationConfig } from './config.js';

/** What `AcpInstrumentation` takes; each member is optional. */
export interface AcpInstrumentationConfig extends RpcInstrumentationConfig {
  /** Whether what is asked carries the trace context, in its `params._meta`. Default true. */
  readonly propagate?: boolean;
  /** Whether it carries the baggage too, which may hold anything. Default false. */
  readonly baggage?: boolean;
}
