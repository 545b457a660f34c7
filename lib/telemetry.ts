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
import { cut } from './conventions/fields.js';
import { inference } from './conventions/inference.js';
import { toolCall } from './conventions/tool-call.js';
import type { Observer } from './lifecycle.js';
import { Connection } from './lifecycles/connection.js';
import { Inference } from './lifecycles/inference.js';
import { Process } from './lifecycles/process.js';
import { Request } from './lifecycles/request.js';
import { DirectToolCall, type ToolCall, uncountedToolCall } from './lifecycles/tool-call.js';
import { type Open, Scope } from './open.js';
import { type Clock, systemClock } from './signals/clock.js';
import { Instruments } from './signals/instruments.js';
import { type BridgeLoggerProvider, LogBridge } from './signals/log-bridge.js';
import type { Beginning } from './signals/spans.js';
import { tracerSource } from './signals/tracer.js';

/** What an {@link ExecTelemetry} is made with; every member is optional. */
export interface ExecTelemetryOptions {
  /** First segment of event names and logger scopes. Default `codex`. */
  readonly namespace?: string;
  /**
   * The methods that the server knows. They alone become metric labels and span names; the rest is
   * `unknown`. Without a list, a method is known once the server has answered it with anything but
   * "method not found".
   */
  readonly methods?: readonly string[];
  /** The tools that the host knows, likewise. */
  readonly tools?: readonly string[];
  /** Unlisted values that may become labels, per convention. Default 256. */
  readonly labelCap?: number;
  /** Whether a process's span is a child of the active one, or starts a trace with a link back. Default `child`. */
  readonly processParent?: 'child' | 'link';
  /** Which context wins when a message carries one and a span is active too. Default `carrier`. */
  readonly precedence?: Precedence;
  /** Whether spans carry the base name of the executable. Default true. */
  readonly executableName?: boolean;
  /** Whether process spans carry the command and its arguments, which may hold secrets. Default false. */
  readonly commandArgs?: boolean;
  /** Default: the global one, whenever it is registered. */
  readonly tracerProvider?: TracerProvider;
  /** Default: the global one, whenever it is registered. */
  readonly meterProvider?: MeterProvider;
  /** Of either OpenTelemetry line. Default: the global one of either, whenever it is registered. */
  readonly loggerProvider?: BridgeLoggerProvider;
  /** Conventions to use instead of the exec server's. */
  readonly conventions?: Partial<Conventions>;
  /** Where time comes from. Default: the process's monotonic clock. */
  readonly clock?: Clock;
}

/** One convention for each kind of lifecycle. */
export interface Conventions {
  readonly request: Convention<RequestFacts, RequestOutcome>;
  readonly process: Convention<ProcessFacts, ProcessOutcome>;
  readonly toolCall: Convention<ToolCallFacts, ToolCallOutcome>;
  readonly inference: Convention<InferenceFacts, InferenceOutcome>;
  readonly connection: Convention<ConnectionFacts, ConnectionOutcome>;
}

/** Where a request comes from. */
export interface RequestOrigin {
  /** The decoded message; its trace context, if it has one, becomes the parent. */
  readonly message?: unknown;
  /** The connection that it came over; its end ends the request. */
  readonly connection?: Connection | undefined;
  /** The context to begin in. Default: the active one. */
  readonly context?: Context | undefined;
}

/** Where any other lifecycle begins. */
export interface LifecycleOrigin {
  /** The context to begin in. Default: the active one. */
  readonly context?: Context | undefined;
}

const DEFAULT_LABEL_CAP = 256;

/**
 * Makes lifecycles and owns what they share. Make one a server; it uses whatever OpenTelemetry SDK the
 * process registers, before or after, and costs next to nothing while there is none.
 */
export class ExecTelemetry implements Disposable {
  readonly #options: ExecTelemetryOptions;
  readonly #scope = new Scope();
  readonly #bridge: LogBridge;
  readonly #tracer: () => Tracer | undefined;
  #request: Observer<RequestFacts, RequestOutcome> | undefined;
  #process: Observer<ProcessFacts, ProcessOutcome> | undefined;
  #toolCall: Observer<ToolCallFacts, ToolCallOutcome> | undefined;
  #inference: Observer<InferenceFacts, InferenceOutcome> | undefined;
  #connection: Observer<ConnectionFacts, ConnectionOutcome> | undefined;

  constructor(options: ExecTelemetryOptions = {}) {
    this.#options = options;
    this.#bridge = new LogBridge(options.loggerProvider);
    this.#tracer = tracerSource(options.tracerProvider);
  }

  /** Begins a request: its message was decoded just now. */
  request(facts: RequestFacts, origin: RequestOrigin = {}): Request {
    const ambient = origin.context ?? contextApi.active();
    const scope = origin.connection?.scope ?? this.#scope;
    const beginning = new MessageOrigin(origin.message, ambient, this.#options.precedence);
    this.#request ??= this.#observe(this.#conventions.request ?? execServerRequest(this.#options));
    return begun(new Request(this.#request, facts, beginning, scope), scope);
  }

  /** Begins a process: its start is asked for just now. */
  process(facts: ProcessFacts, origin: LifecycleOrigin = {}): Process {
    const context = origin.context ?? contextApi.active();
    const beginning = this.#options.processParent === 'link' ? linkTo(context) : { context };
    this.#process ??= this.#observe(this.#conventions.process ?? execServerProcess(this.#options));
    return begun(
      new Process(this.#process, this.#told(facts), beginning, this.#scope),
      this.#scope,
    );
  }

  /** Begins a tool call: it was received just now. A code-mode runtime's calls are not counted. */
  toolCall(facts: ToolCallFacts, origin: LifecycleOrigin = {}): ToolCall {
    if (facts.source === 'code_mode') return uncountedToolCall();
    const context = origin.context ?? contextApi.active();
    this.#toolCall ??= this.#observe(this.#conventions.toolCall ?? toolCall(this.#options));
    return begun(new DirectToolCall(this.#toolCall, facts, { context }, this.#scope), this.#scope);
  }

  /** Begins a model call: it is sent just now. */
  inference(facts: InferenceFacts, origin: LifecycleOrigin = {}): Inference {
    const context = origin.context ?? contextApi.active();
    this.#inference ??= this.#observe(this.#conventions.inference ?? inference(this.#options));
    return begun(new Inference(this.#inference, facts, { context }, this.#scope), this.#scope);
  }

  /** Begins a connection: it was accepted just now. */
  connection(facts: ConnectionFacts): Connection {
    const context = contextApi.active();
    this.#connection ??= this.#observe(this.#conventions.connection ?? execServerConnection());
    return begun(new Connection(this.#connection, facts, { context }, this.#scope), this.#scope);
  }

  /**
   * Settles everything that is open with its kind's fallback outcome, and what begins later at once.
   * Flushing is the SDK's: shut it down after this.
   */
  shutdown(): void {
    this.#scope.close();
  }

  /** Does what {@link shutdown} does. */
  [Symbol.dispose](): void {
    this.shutdown();
  }

  get #conventions(): Partial<Conventions> {
    return this.#options.conventions ?? {};
  }

  #observe<Facts, O extends Outcome>(convention: Convention<Facts, O>): Observer<Facts, O> {
    const { methods, tools, labelCap, meterProvider, loggerProvider, tracerProvider } =
      this.#options;
    const { clock = systemClock } = this.#options;
    const limits = { lists: { method: methods, tool: tools }, cap: labelCap ?? DEFAULT_LABEL_CAP };
    return {
      convention,
      clock,
      given: (meterProvider ?? loggerProvider ?? tracerProvider) !== undefined,
      bridge: this.#bridge,
      tracer: this.#tracer,
      instruments: new Instruments(convention, limits, meterProvider),
    };
  }

  #told(facts: ProcessFacts): ProcessFacts {
    const { executableName = true, commandArgs = false } = this.#options;
    return new ToldProcess(facts, executableName, commandArgs);
  }
}

/** The facts of a process that may be told; each is read only when a signal asks for it. */
class ToldProcess implements ProcessFacts {
  readonly #facts: ProcessFacts;
  readonly #executableName: boolean;
  readonly #commandArgs: boolean;

  constructor(facts: ProcessFacts, executableName: boolean, commandArgs: boolean) {
    this.#facts = facts;
    this.#executableName = executableName;
    this.#commandArgs = commandArgs;
  }

  get id(): string | number | undefined {
    return this.#facts.id;
  }

  get executable(): string | undefined {
    const { executable } = this.#executableName ? this.#facts : {};
    return executable === undefined ? undefined : baseName(String(executable));
  }

  get args(): readonly string[] | undefined {
    return this.#commandArgs ? this.#facts.args : undefined;
  }

  get conversationId(): string | undefined {
    return this.#facts.conversationId;
  }

  get toolCallId(): string | undefined {
    return this.#facts.toolCallId;
  }
}

function baseName(path: string): string {
  return cut(path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));
}

function linkTo(context: Context): Beginning {
  const spanContext = trace.getSpanContext(context);
  if (spanContext === undefined) return { context };
  const links: Link[] = [{ context: spanContext }];
  return { context, links, root: true };
}

function begun<L extends Open>(lifecycle: L, scope: Scope): L {
  if (scope.closed) lifecycle[Symbol.dispose]();
  return lifecycle;
}
