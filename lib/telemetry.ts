import {
  type Context,
  context as contextApi,
  type Link,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { injectMessage, MessageOrigin } from './carriers/message.js';
import type { Convention, Outcome } from './conventions/convention.js';
import { execServerConnection } from './conventions/exec-server-connection.js';
import { execServerProcess } from './conventions/exec-server-process.js';
import { execServerRequest } from './conventions/exec-server-request.js';
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
} from './conventions/facts.js';
import { inference } from './conventions/inference.js';
import { jsonRpcClient } from './conventions/json-rpc-client.js';
import type { Announcement } from './conventions/mcp-announcements.js';
import { mcpServerSession } from './conventions/mcp-session.js';
import { toolCall } from './conventions/tool-call.js';
import { onAbort } from './lifecycle/abort.js';
import { Call } from './lifecycle/call.js';
import { Connection } from './lifecycle/connection.js';
import { MessageFacts, type ProcessCapture, ToldProcess } from './lifecycle/facts.js';
import { Heartbeat } from './lifecycle/heartbeat.js';
import { Inference } from './lifecycle/inference.js';
import { Observer } from './lifecycle/observer.js';
import { OpenSet } from './lifecycle/open-set.js';
import { Process } from './lifecycle/process.js';
import { ProcessJournal } from './lifecycle/process-journal.js';
import { Notification, outcomeOfResponse, Request, readOutcome } from './lifecycle/request.js';
import { Session } from './lifecycle/session.js';
import { claimStdio } from './lifecycle/stdio-claim.js';
import { DirectToolCall, type ToolCall, uncountedToolCall } from './lifecycle/tool-call.js';
import { complain } from './opentelemetry/diagnostics.js';
import { AnnouncedNames } from './signals/announced-names.js';
import { systemClock } from './signals/clock.js';
import { Instruments } from './signals/instruments.js';
import { LogBridge } from './signals/log-bridge.js';
import type { Beginning } from './signals/spans.js';
import { tracerSource } from './signals/tracer.js';
import type {
  AskOptions,
  CallOptions,
  Conventions,
  ExecTelemetryOptions,
  LifecycleOptions,
  RequestOptions,
  ServeOptions,
} from './telemetry/options.js';

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
  readonly #journal: ProcessJournal | undefined;
  readonly #lostTold: Promise<void> = Promise.resolve();
  readonly #heartbeat: Heartbeat | undefined;
  readonly #announced: AnnouncedNames;
  #request: Observer<RequestFacts, RequestOutcome> | undefined;
  #call: Observer<RequestFacts, CallOutcome> | undefined;
  #session: Observer<SessionFacts, SessionOutcome> | undefined;
  #process: Observer<ProcessFacts, ProcessOutcome> | undefined;
  #toolCall: Observer<ToolCallFacts, ToolCallOutcome> | undefined;
  #inference: Observer<InferenceFacts, InferenceOutcome> | undefined;
  #connection: Observer<ConnectionFacts, ConnectionOutcome> | undefined;

  constructor(options: ExecTelemetryOptions = {}) {
    this.#options = options;
    this.#bridge = new LogBridge(options.loggerProvider);
    this.#tracer = tracerSource(options.tracerProvider);
    this.#announced = new AnnouncedNames(options.seriesCap ?? DEFAULT_SERIES_CAP);
    this.#capture = {
      executableName: options.captureExecutableName ?? true,
      executablePath: options.captureExecutablePath ?? false,
      commandArgs: options.captureCommandArgs ?? false,
    };
    const { journal, heartbeatMillis = 0 } = options;
    if (journal) {
      this.#journal = new ProcessJournal(journal, this.#processObserver, this.#capture);
      this.#lostTold = new Promise((resolve) => {
        setImmediate(() => resolve(this.#journal?.tellLost())).unref();
      });
    }
    if (heartbeatMillis > 0) this.#heartbeat = new Heartbeat(heartbeatMillis);
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
    const told = new MessageFacts(message, facts, this.#captureResourceUri);
    return begun(new Request(this.#requestObserver, told, beginning, openSet), openSet);
  }

  /**
   * Asks a peer: begins a call, sends its message in the call's context, and settles it by the response, or
   * by what sending or waiting threw.
   *
   * ```ts
   * const response = await telemetry.ask(message, (carrying) => transport.request(carrying));
   * ```
   *
   * @param message the message to send
   * @param send is called at once with the message, or with a copy of it that carries the trace context
   * @returns what `send` gave
   * @throws what `send` threw or rejected with
   */
  async ask<M extends object, T>(
    message: M,
    send: (message: M, call: Call) => T,
    options: AskOptions = {},
  ): Promise<Awaited<T>> {
    const { signal, outcome = outcomeOfResponse } = options;
    const call = this.call(message, options);
    const listening = onAbort(signal, () => call.failed(signal?.reason));
    try {
      const carrying = this.#carrying(message, call, options);
      const response = await call.run(() => send(carrying, call));
      if (!call.settled) call.settle(readOutcome(outcome, response));
      return response;
    } catch (error) {
      call.failed(error);
      throw error;
    } finally {
      listening[Symbol.dispose]();
    }
  }

  /**
   * Begins a call: its message is queued for the transport just now. See {@link ask} for the common case.
   * @param message the message that is sent, whatever it is
   */
  call(message: unknown, options: CallOptions = {}): Call {
    const { connection, context = contextApi.active(), facts } = options;
    const openSet = connection?.openSet ?? this.#openSet;
    const told = new MessageFacts(message, facts, this.#captureResourceUri);
    return begun(new Call(this.#callObserver, told, { context }, openSet), openSet);
  }

  /**
   * Tells of a notification that was received just now. It is counted; where the convention observes notifications,
   * as MCP's do, it is an operation too.
   * @param message the decoded message; its trace context, if it has one, becomes the parent
   * @returns what to run its handler in; undefined where the convention doesn't observe notifications
   */
  notificationReceived(message: unknown, options: RequestOptions = {}): Notification | undefined {
    const { connection, context = contextApi.active(), facts } = options;
    const observer = this.#requestObserver;
    const told = new MessageFacts(message, facts, this.#captureResourceUri);
    observer.instruments.notified(told, false);
    if (!observer.convention.observesNotifications) return undefined;
    const openSet = connection?.openSet ?? this.#openSet;
    const beginning = new MessageOrigin(message, context, this.#options.precedence);
    return begun(new Notification(observer, told, beginning, openSet), openSet);
  }

  /**
   * Tells of a notification that is queued for the transport just now, likewise; nothing answers it, so it is to be
   * settled once it is sent.
   * @param message the message that is sent, whatever it is
   * @returns undefined where the convention doesn't observe notifications
   */
  notificationSent(message: unknown, options: CallOptions = {}): Call | undefined {
    const { convention, instruments } = this.#callObserver;
    instruments.notified(new MessageFacts(message, options.facts, this.#captureResourceUri), true);
    return convention.observesNotifications ? this.call(message, options) : undefined;
  }

  /**
   * Makes names known that the host has: what fails under them keeps its name. A label that has a list, such as
   * `ExecTelemetryOptions.tools`, admits nothing else. As many are kept as `seriesCap` says.
   */
  announce(announcement: Announcement): void {
    try {
      const { tools, prompts, methods } = announcement;
      this.#announced.add('tool', tools);
      this.#announced.add('prompt', prompts);
      this.#announced.add('method', methods);
    } catch (error) {
      complain('reading announced names', error);
    }
  }

  /** Begins a session of a protocol: it is initialized just now. */
  session(facts: SessionFacts = {}, options: LifecycleOptions = {}): Session {
    const context = options.context ?? contextApi.active();
    this.#session ??= this.#observe(this.#conventions.session ?? mcpServerSession());
    return begun(new Session(this.#session, facts, { context }, this.#openSet), this.#openSet);
  }

  /** Begins a process: its start is asked for just now. */
  process(facts: ProcessFacts, options: LifecycleOptions = {}): Process {
    const context = options.context ?? contextApi.active();
    const beginning = this.#options.processParent === 'link' ? linkTo(context) : { context };
    const told = new ToldProcess(facts, this.#capture);
    const process = new Process(this.#processObserver, told, beginning, this.#openSet);
    const { context: own } = process;
    if (this.#journal) process.accompany(() => this.#journal?.enter(told, own));
    if (this.#heartbeat) process.accompany((observation) => this.#heartbeat?.add(observation));
    return begun(process, this.#openSet);
  }

  /** Begins a tool call: it was received just now. A code-mode runtime's calls are not counted. */
  toolCall(facts: ToolCallFacts, options: LifecycleOptions = {}): ToolCall {
    if (isCodeMode(facts)) return uncountedToolCall();
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
   * Settles when the processes that a dead host has left in the journal are told, as far as it is known that it is dead;
   * at once without a journal. Never rejects. A program that ends soon awaits it before {@link shutdown}; what isn't
   * told by then is left for the next one.
   */
  lostTold(): Promise<void> {
    return this.#lostTold;
  }

  /**
   * Settles everything that is open with its kind's fallback outcome, and what begins later at once.
   * Flushing is the SDK's: shut it down after this.
   */
  shutdown(): void {
    this.#openSet.close();
    this.#journal?.close();
  }

  /** Does what {@link shutdown} does. */
  [Symbol.dispose](): void {
    this.shutdown();
  }

  get #requestObserver(): Observer<RequestFacts, RequestOutcome> {
    this.#request ??= this.#observe(this.#conventions.request ?? execServerRequest(this.#options));
    return this.#request;
  }

  get #callObserver(): Observer<RequestFacts, CallOutcome> {
    this.#call ??= this.#observe(this.#conventions.call ?? jsonRpcClient());
    return this.#call;
  }

  #carrying<M extends object>(message: M, call: Call, options: AskOptions): M {
    const { propagate = true, baggage } = options;
    const carrier = options.carrier ?? this.#callObserver.convention.carrier;
    if (!propagate || carrier === undefined) return message;
    return injectMessage(message, call.context, carrier, { baggage });
  }

  get #captureResourceUri(): boolean {
    return this.#options.captureResourceUri ?? false;
  }

  get #conventions(): Partial<Conventions> {
    return this.#options.conventions ?? {};
  }

  get #processObserver(): Observer<ProcessFacts, ProcessOutcome> {
    this.#process ??= this.#observe(this.#conventions.process ?? execServerProcess(this.#options));
    return this.#process;
  }

  #observe<Facts, O extends Outcome>(convention: Convention<Facts, O>): Observer<Facts, O> {
    const { methods, tools, seriesCap, meterProvider, loggerProvider, tracerProvider } =
      this.#options;
    const { clock = systemClock } = this.#options;
    const lists = { method: methods, tool: tools };
    const cap = seriesCap ?? DEFAULT_SERIES_CAP;
    const limits = { lists, cap, announced: this.#announced };
    return new Observer({
      convention,
      clock,
      given: (meterProvider ?? loggerProvider ?? tracerProvider) !== undefined,
      bridge: this.#bridge,
      tracer: this.#tracer,
      describesErrors: this.#options.captureErrorMessages ?? false,
      instruments: new Instruments(convention, limits, meterProvider),
    });
  }
}

/** Whether a code-mode runtime makes a call; where that can't be read, it doesn't. */
function isCodeMode(facts: ToolCallFacts): boolean {
  try {
    return facts.source === 'code_mode';
  } catch (error) {
    complain('reading the source of a tool call', error);
    return false;
  }
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
