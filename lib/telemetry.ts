import {
  type Context,
  context as contextApi,
  type Link,
  type MeterProvider,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { MessageOrigin, type Precedence } from './carriers/message.js';
import type { Convention, Outcome } from './conventions/convention.js';
import { execServerConnection } from './conventions/exec-server-connection.js';
import { execServerProcess } from './conventions/exec-server-process.js';
import { execServerRequest } from './conventions/exec-server-request.js';
import type {
  ConnectionFacts,
  ConnectionOutcome,
  InferenceFacts,
  InferenceOutcome,
  ProcessFacts,
  ProcessOutcome,
  RequestFacts,
  RequestOutcome,
  ToolCallFacts,
  ToolCallOutcome,
} from './conventions/facts.js';
import { inference } from './conventions/inference.js';
import { toolCall } from './conventions/tool-call.js';
import { Connection } from './lifecycle/connection.js';
import { MessageFacts, type ProcessCapture, ToldProcess } from './lifecycle/facts.js';
import { Inference } from './lifecycle/inference.js';
import { Observer } from './lifecycle/observer.js';
import { OpenSet } from './lifecycle/open-set.js';
import { Process } from './lifecycle/process.js';
import { outcomeOfResponse, Request, readOutcome } from './lifecycle/request.js';
import { claimStdio } from './lifecycle/stdio-claim.js';
import { DirectToolCall, type ToolCall, uncountedToolCall } from './lifecycle/tool-call.js';
import { complain } from './opentelemetry/diagnostics.js';
import type { BridgeLoggerProvider } from './opentelemetry/logger.js';
import { type Clock, systemClock } from './signals/clock.js';
import { Instruments } from './signals/instruments.js';
import { LogBridge } from './signals/log-bridge.js';
import type { Beginning } from './signals/spans.js';
import { tracerSource } from './signals/tracer.js';

/** What an {@link ExecTelemetry} is made with; every member is optional. */
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
  /** Whether process spans carry the command and its arguments, which may hold secrets. Default false. */
  readonly captureCommandArgs?: boolean | undefined;
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

/** How {@link ExecTelemetry.serve} settles a request; every member is optional. */
export interface ServeOptions extends RequestOptions {
  /** Ends the request as `cancelled` when it aborts before the handler is done. */
  readonly signal?: AbortSignal | undefined;
  /** How the request ended, by what the handler returned. Default {@link outcomeOfResponse}. */
  readonly outcome?: ((returned: unknown) => RequestOutcome) | undefined;
}

/** Where any other lifecycle begins. */
export interface LifecycleOptions {
  /** The context to begin in. Default: the active one. */
  readonly context?: Context | undefined;
}

const DEFAULT_SERIES_CAP = 256;

/**
 * Makes lifecycles and owns what they share. Make one a server; it uses whatever OpenTelemetry SDK the
 * process registers, before or after, and costs next to nothing while there is none.
 */
export class ExecTelemetry implements Disposable {
  readonly #options: ExecTelemetryOptions;
  readonly #openSet = new OpenSet();
  readonly #bridge: LogBridge;
  readonly #tracer: () => Tracer | undefined;
  readonly #capture: ProcessCapture;
  #request: Observer<RequestFacts, RequestOutcome> | undefined;
  #process: Observer<ProcessFacts, ProcessOutcome> | undefined;
  #toolCall: Observer<ToolCallFacts, ToolCallOutcome> | undefined;
  #inference: Observer<InferenceFacts, InferenceOutcome> | undefined;
  #connection: Observer<ConnectionFacts, ConnectionOutcome> | undefined;

  constructor(options: ExecTelemetryOptions = {}) {
    this.#options = options;
    this.#bridge = new LogBridge(options.loggerProvider);
    this.#tracer = tracerSource(options.tracerProvider);
    this.#capture = {
      executableName: options.captureExecutableName ?? true,
      commandArgs: options.captureCommandArgs ?? false,
    };
  }

  /**
   * Serves a request: begins it, calls its handler in its context, and settles it by the response that the
   * handler returns, or by what it throws.
   *
   * ```ts
   * const response = await telemetry.serve(message, () => handle(message));
   * ```
   *
   * @param message the decoded message; its trace context, if it has one, becomes the parent
   * @param handler is called at once; a promise that it returns is awaited
   * @returns what the handler returned
   * @throws what the handler threw or rejected with
   */
  async serve<T>(
    message: unknown,
    handler: (request: Request) => T,
    options: ServeOptions = {},
  ): Promise<Awaited<T>> {
    const { signal, outcome = outcomeOfResponse } = options;
    const request = this.request(message, options);
    const listening = onAbort(signal, () => request.settle({ result: 'cancelled' }));
    try {
      const returned = await request.run(() => handler(request));
      if (!request.settled) request.settle(readOutcome(outcome, returned));
      return returned;
    } catch (error) {
      request.settle({ result: 'error', error });
      throw error;
    } finally {
      listening[Symbol.dispose]();
    }
  }

  /**
   * Begins a request: its message was decoded just now. See {@link serve} for the common case.
   * @param message the decoded message, whatever it is; its trace context, if it has one, becomes the parent
   */
  request(message: unknown, options: RequestOptions = {}): Request {
    const { connection, context = contextApi.active(), facts } = options;
    const openSet = connection?.openSet ?? this.#openSet;
    const beginning = new MessageOrigin(message, context, this.#options.precedence);
    this.#request ??= this.#observe(this.#conventions.request ?? execServerRequest(this.#options));
    const told = new MessageFacts(message, facts);
    return begun(new Request(this.#request, told, beginning, openSet), openSet);
  }

  /** Begins a process: its start is asked for just now. */
  process(facts: ProcessFacts, options: LifecycleOptions = {}): Process {
    const context = options.context ?? contextApi.active();
    const beginning = this.#options.processParent === 'link' ? linkTo(context) : { context };
    this.#process ??= this.#observe(this.#conventions.process ?? execServerProcess(this.#options));
    const told = new ToldProcess(facts, this.#capture);
    return begun(new Process(this.#process, told, beginning, this.#openSet), this.#openSet);
  }

  /** Begins a tool call: it was received just now. A code-mode runtime's calls are not counted. */
  toolCall(facts: ToolCallFacts, options: LifecycleOptions = {}): ToolCall {
    if (facts.source === 'code_mode') return uncountedToolCall();
    const context = options.context ?? contextApi.active();
    this.#toolCall ??= this.#observe(this.#conventions.toolCall ?? toolCall(this.#options));
    return begun(
      new DirectToolCall(this.#toolCall, facts, { context }, this.#openSet),
      this.#openSet,
    );
  }

  /** Begins a model call: it is sent just now. */
  inference(facts: InferenceFacts, options: LifecycleOptions = {}): Inference {
    const context = options.context ?? contextApi.active();
    this.#inference ??= this.#observe(this.#conventions.inference ?? inference(this.#options));
    return begun(new Inference(this.#inference, facts, { context }, this.#openSet), this.#openSet);
  }

  /**
   * Begins a connection: it was accepted just now. One whose transport is `stdio` is the program's own stdin and
   * stdout, which `StdioInstrumentation` then leaves alone.
   */
  connection(facts: ConnectionFacts): Connection {
    if (facts.transport === 'stdio') claimStdio();
    const context = contextApi.active();
    this.#connection ??= this.#observe(this.#conventions.connection ?? execServerConnection());
    return begun(
      new Connection(this.#connection, facts, { context }, this.#openSet),
      this.#openSet,
    );
  }

  /**
   * Settles everything that is open with its kind's fallback outcome, and what begins later at once.
   * Flushing is the SDK's: shut it down after this.
   */
  shutdown(): void {
    this.#openSet.close();
  }

  /** Does what {@link shutdown} does. */
  [Symbol.dispose](): void {
    this.shutdown();
  }

  get #conventions(): Partial<Conventions> {
    return this.#options.conventions ?? {};
  }

  #observe<Facts, O extends Outcome>(convention: Convention<Facts, O>): Observer<Facts, O> {
    const { methods, tools, seriesCap, meterProvider, loggerProvider, tracerProvider } =
      this.#options;
    const { clock = systemClock } = this.#options;
    const lists = { method: methods, tool: tools };
    const limits = { lists, cap: seriesCap ?? DEFAULT_SERIES_CAP };
    return new Observer({
      convention,
      clock,
      given: (meterProvider ?? loggerProvider ?? tracerProvider) !== undefined,
      bridge: this.#bridge,
      tracer: this.#tracer,
      instruments: new Instruments(convention, limits, meterProvider),
    });
  }
}

/** Calls back at once where a signal has aborted, and else when it does, until disposed. Never throws. */
function onAbort(signal: AbortSignal | undefined, callback: () => void): Disposable {
  try {
    if (signal?.aborted) callback();
    signal?.addEventListener('abort', callback);
  } catch (error) {
    complain('listening to a signal', error);
  }
  return { [Symbol.dispose]: () => signal?.removeEventListener?.('abort', callback) };
}

function linkTo(context: Context): Beginning {
  const spanContext = trace.getSpanContext(context);
  if (spanContext === undefined) return { context };
  const links: Link[] = [{ context: spanContext }];
  return { context, links, root: true };
}

function begun<L extends Disposable>(lifecycle: L, openSet: OpenSet): L {
  if (openSet.closed) lifecycle[Symbol.dispose]();
  return lifecycle;
}
