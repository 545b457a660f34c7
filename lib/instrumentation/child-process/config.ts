import type { Span } from '@opentelemetry/api';
import type { InstrumentationConfig } from '../base/exec-instrumentation.js';
import type { ChildProcessExit } from './outcome.js';

/** What a {@link ChildProcessInstrumentation} takes; each member is optional. */
export interface ChildProcessInstrumentationConfig extends InstrumentationConfig {
  /**
   * Which starts not to observe. They get no span, count or event, and their environment stays as it is.
   * @param file path or name of the executable, as given; with a shell, the shell
   * @param args its arguments, without the executable's own name; with a shell, the last is the command line
   */
  readonly ignore?: (file: string, args: readonly string[]) => boolean;
  /** Adds to the span of a process before it is started. Not called where no span records. */
  readonly spawnHook?: (
    span: Span,
    command: { readonly file: string; readonly args: readonly string[] },
  ) => void;
  /** Adds to the span of a process when it has ended or could not be started. */
  readonly exitHook?: (span: Span, exit: ChildProcessExit) => void;
  /**
   * Whether the child gets the trace context, as `TRACEPARENT` and `TRACESTATE` or what the configured
   * propagator calls it, in place of any that it would have inherited. Default true.
   */
  readonly propagate?: boolean;
  /** Whether it gets `BAGGAGE` too, which any process of the same user can read. Default false. */
  readonly baggage?: boolean;
  /**
   * Whether to observe a process only inside a trace. Default false: processes are few, each costs
   * milliseconds, and those that an app starts on its own, at boot or on a timer, count as well.
   */
  readonly requireParentSpan?: boolean;
  /** Whether spans carry the base name of the executable. Default true. */
  readonly captureExecutableName?: boolean;
  /** Whether spans carry the command and its arguments, which may hold secrets. Default false. */
  readonly captureCommandArgs?: boolean;
  /**
   * Whether a process's span is a child of the active one, or starts a trace with a link back, for
   * processes that run for hours. Default `child`.
   */
  readonly processParent?: 'child' | 'link';
  /**
   * A directory in which each open process leaves a record, so that the next start tells those that were open when
   * this program was lost. Default: no journal.
   */
  readonly journal?: string | undefined;
  /** How often a process that is still open gives an event that says so, milliseconds. Default: never. */
  readonly heartbeatMillis?: number | undefined;
}
