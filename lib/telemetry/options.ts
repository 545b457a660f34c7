import type { Context, MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Precedence } from '../carriers/message.js';
import type { Carrier, Convention } from '../conventions/convention.js';
import type {
  CallOutcome,
  ConnectionFacts,
  ConnectionOutcome,
  InferenceFacts,
  InferenceOutcome,
  ProcessFacts,
  ProcessOutcome,
  RequestFacts,
  RequestOutcome,
  SessionFacts,
  SessionOutcome,
  ToolCallFacts,
  ToolCallOutcome,
} from '../conventions/facts.js';
import type { Connection } from '../lifecycle/connection.js';
import type { BridgeLoggerProvider } from '../opentelemetry/logger.js';
import type { Clock } from '../signals/clock.js';

/** What an `ExecTelemetry` is made with; every member is optional. */
export interface ExecTelemetryOptions {
  /** First segment of event names and logger scopes. Default `codex`. */
  readonly namespace?: string | undefined;
  /**
   * The methods that the server knows. They alone become metric labels and span names; the rest is
   * `unknown`. Without a list, a method is known once the server has answered it with anything but
   * "method not found".
   */
  readonly methods?: readonly string[] | undefined;
  /** The tools that the host knows, likewise. */
  readonly tools?: readonly string[] | undefined;
  /** How many combinations of labels with an unlisted value may become series, per convention. Default 256. */
  readonly seriesCap?: number | undefined;
  /** Whether a process's span is a child of the active one, or starts a trace with a link back. Default `child`. */
  readonly processParent?: 'child' | 'link' | undefined;
  /** Which context wins when a message carries one and a span is active too. Default `carrier`. */
  readonly precedence?: Precedence | undefined;
  /** Whether process spans carry the base name of the executable. Default true. */
  readonly captureExecutableName?: boolean | undefined;
  /**
   * Whether process spans carry the path of the executable, which may name a user. Default false.
   * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/process/
   */
  readonly captureExecutablePath?: boolean | undefined;
  /**
   * Whether a failed span's status description is the message of the error response, or of what was thrown;
   * it may hold anything. Default false.
   * @see https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
   */
  readonly captureErrorMessages?: boolean | undefined;
  /** Whether spans of MCP carry the URI of the resource that is asked for, which may be a path. Default false. */
  readonly captureResourceUri?: boolean | undefined;
  /** Whether process spans carry the command and its arguments, which may hold secrets. Default false. */
  readonly captureCommandArgs?: boolean | undefined;
  /**
   * A directory, which is made where it isn't there. Each open process leaves a record in it, of what its signals
   * may say, until it ends; and those that a host which is dead has left open are told there, once, with the result
   * `unknown` and the error type `host_lost`. One directory a service. Default: no journal.
   */
  readonly journal?: string | undefined;
  /**
   * How often a process that is still open gives an event that says so, milliseconds, from its begin on.
   * Default: never.
   */
  readonly heartbeatMillis?: number | undefined;
  /** Default: the global one, whenever it is registered. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default: the global one, whenever it is registered. */
  readonly meterProvider?: MeterProvider | undefined;
  /** Of SDK 2 or SDK 3. Default: the global one of either, whenever it is registered. */
  readonly loggerProvider?: BridgeLoggerProvider | undefined;
  /** Conventions to use instead of the exec server's. */
  readonly conventions?: Partial<Conventions> | undefined;
  /** Where time comes from. Default: the process's monotonic clock. */
  readonly clock?: Clock | undefined;
}

/** One convention for each kind of lifecycle. */
export interface Conventions {
  readonly request: Convention<RequestFacts, RequestOutcome>;
  readonly process: Convention<ProcessFacts, ProcessOutcome>;
  readonly toolCall: Convention<ToolCallFacts, ToolCallOutcome>;
  readonly inference: Convention<InferenceFacts, InferenceOutcome>;
  readonly connection: Convention<ConnectionFacts, ConnectionOutcome>;
  readonly call: Convention<RequestFacts, CallOutcome>;
  readonly session: Convention<SessionFacts, SessionOutcome>;
}

/** Where a request comes from, and what is known of it; every member is optional. */
export interface RequestOptions {
  /** The connection that it came over; its end ends the request. */
  readonly connection?: Connection | undefined;
  /** The context to begin in. Default: the active one. */
  readonly context?: Context | undefined;
  /** What the message doesn't say by itself, such as the tool that an MCP call names. */
  readonly facts?: Partial<RequestFacts> | undefined;
}

/** How `ExecTelemetry.serve` settles a request; every member is optional. */
export interface ServeOptions extends RequestOptions {
  /** Ends the request as `cancelled` when it aborts before the handler is done. */
  readonly signal?: AbortSignal | undefined;
  /** How the request ended, by what the handler returned. Default `outcomeOfResponse`. */
  readonly outcome?: ((returned: unknown) => RequestOutcome) | undefined;
}

/** Where a call goes, and what is known of it; every member is optional. */
export interface CallOptions {
  /** The connection that it goes over; its end ends the call. */
  readonly connection?: Connection | undefined;
  /** The context to begin in. Default: the active one. */
  readonly context?: Context | undefined;
  /** What the message doesn't say by itself, such as the tool that an MCP call names. */
  readonly facts?: Partial<RequestFacts> | undefined;
}

/** How `ExecTelemetry.ask` sends a message and settles its call; every member is optional. */
export interface AskOptions extends CallOptions {
  /** Ends the call as `cancelled`, or as `timeout` where that is its reason, when it aborts before the response. */
  readonly signal?: AbortSignal | undefined;
  /** How the call ended, by what `send` gave. Default `outcomeOfResponse`. */
  readonly outcome?: ((response: unknown) => CallOutcome) | undefined;
  /** Where the message carries the trace context. Default: where the convention says, or nowhere. */
  readonly carrier?: Carrier | undefined;
  /** Whether the message carries the trace context at all. Default true. */
  readonly propagate?: boolean | undefined;
  /** Whether it carries the baggage too, which may hold anything. Default false. */
  readonly baggage?: boolean | undefined;
}

/** Where any other lifecycle begins. */
export interface LifecycleOptions {
  /** The context to begin in. Default: the active one. */
  readonly context?: Context | undefined;
}
