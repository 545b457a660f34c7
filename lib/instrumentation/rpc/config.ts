import type { Span } from '@opentelemetry/api';
import type { Precedence } from '../../carriers/message.js';
import type { JsonRpcRequest } from '../../rpc-tap/options.js';
import type { InstrumentationConfig } from '../base/exec-instrumentation.js';

/** What the instrumentations of JSON-RPC libraries take; each member is optional. */
export interface RpcInstrumentationConfig extends InstrumentationConfig {
  /**
   * The methods that are known, of either direction; see `ExecTelemetryOptions.methods`. Default: those that the
   * convention lists, and those that have been answered.
   */
  readonly methods?: readonly string[];
  /** Which context wins when a message carries one and a span is active too. Default `carrier`. */
  readonly precedence?: Precedence;
  /** Whether a request, of either direction, is to be left out. Where it throws, `diag` is told and the request is observed. */
  readonly ignore?: (message: JsonRpcRequest) => boolean;
  /**
   * Is called when a request has begun, to add attributes of one's own. What it throws is told to `diag`.
   * @param span the request's span; undefined where none is recorded
   */
  readonly requestHook?: (span: Span | undefined, message: JsonRpcRequest) => void;
}
