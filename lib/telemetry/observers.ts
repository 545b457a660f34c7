import type { Tracer } from '@opentelemetry/api';
import type { Convention, Outcome } from '../conventions/convention.js';
import { execServerConnection } from '../conventions/exec-server-connection.js';
import { execServerProcess } from '../conventions/exec-server-process.js';
import { execServerRequest } from '../conventions/exec-server-request.js';
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
import { inference } from '../conventions/inference.js';
import { jsonRpcClient } from '../conventions/json-rpc-client.js';
import { mcpServerSession } from '../conventions/mcp-session.js';
import { toolCall } from '../conventions/tool-call.js';
import { Observer } from '../lifecycle/observer.js';
import { AnnouncedNames } from '../signals/announced-names.js';
import { systemClock } from '../signals/clock.js';
import { Instruments } from '../signals/instruments.js';
import { LogBridge } from '../signals/log-bridge.js';
import { tracerSource } from '../signals/tracer.js';
import type { Conventions, ExecTelemetryOptions } from './options.js';

const DEFAULT_SERIES_CAP = 256;

/** What lifecycles of each kind share, made when the first of them begins. */
export class Observers {
  /** The names that the host has announced. */
  readonly announced: AnnouncedNames;
  readonly #options: ExecTelemetryOptions;
  readonly #bridge: LogBridge;
  readonly #tracer: () => Tracer | undefined;
  #request: Observer<RequestFacts, RequestOutcome> | undefined;
  #call: Observer<RequestFacts, CallOutcome> | undefined;
  #session: Observer<SessionFacts, SessionOutcome> | undefined;
  #process: Observer<ProcessFacts, ProcessOutcome> | undefined;
  #toolCall: Observer<ToolCallFacts, ToolCallOutcome> | undefined;
  #inference: Observer<InferenceFacts, InferenceOutcome> | undefined;
  #connection: Observer<ConnectionFacts, ConnectionOutcome> | undefined;

  constructor(options: ExecTelemetryOptions) {
    this.#options = options;
    this.#bridge = new LogBridge(options.loggerProvider);
    this.#tracer = tracerSource(options.tracerProvider);
    this.announced = new AnnouncedNames(options.seriesCap ?? DEFAULT_SERIES_CAP);
  }

  get request(): Observer<RequestFacts, RequestOutcome> {
    this.#request ??= this.#observe(this.#given.request ?? execServerRequest(this.#options));
    return this.#request;
  }

  get call(): Observer<RequestFacts, CallOutcome> {
    this.#call ??= this.#observe(this.#given.call ?? jsonRpcClient());
    return this.#call;
  }

  get session(): Observer<SessionFacts, SessionOutcome> {
    this.#session ??= this.#observe(this.#given.session ?? mcpServerSession());
    return this.#session;
  }

  get process(): Observer<ProcessFacts, ProcessOutcome> {
    this.#process ??= this.#observe(this.#given.process ?? execServerProcess(this.#options));
    return this.#process;
  }

  get toolCall(): Observer<ToolCallFacts, ToolCallOutcome> {
    this.#toolCall ??= this.#observe(this.#given.toolCall ?? toolCall(this.#options));
    return this.#toolCall;
  }

  get inference(): Observer<InferenceFacts, InferenceOutcome> {
    this.#inference ??= this.#observe(this.#given.inference ?? inference(this.#options));
    return this.#inference;
  }

  get connection(): Observer<ConnectionFacts, ConnectionOutcome> {
    this.#connection ??= this.#observe(this.#given.connection ?? execServerConnection());
    return this.#connection;
  }

  get #given(): Partial<Conventions> {
    return this.#options.conventions ?? {};
  }

  #observe<Facts, O extends Outcome>(convention: Convention<Facts, O>): Observer<Facts, O> {
    const { methods, tools, seriesCap, meterProvider, loggerProvider, tracerProvider } =
      this.#options;
    const { clock = systemClock } = this.#options;
    const lists = { method: methods, tool: tools };
    const cap = seriesCap ?? DEFAULT_SERIES_CAP;
    const limits = { lists, cap, announced: this.announced };
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
