import type { Context } from '@opentelemetry/api';
import type { RequestFacts, RequestOutcome } from '../../conventions/facts.js';
import { outcomeOfResponse, type Request } from '../../lifecycle/request.js';
import { warn } from '../../opentelemetry/diagnostics.js';
import type { JsonRpcRequest } from '../../rpc-tap.js';
import type { ExecTelemetry } from '../../telemetry.js';
import { McpConversation } from '../rpc/mcp-conversation.js';
import { mcpFacts, outcomeOfResult } from '../rpc/mcp-facts.js';
import { type RpcHost, RpcWatch } from '../rpc/watch.js';
import { type Protocol, protocolOf } from './protocol.js';

/** What a conversation needs of its instrumentation. */
export interface StdioHost extends Pick<RpcHost, 'isEnabled' | 'getConfig' | 'opened'> {
  /** The telemetry at the moment for a protocol, undefined where it isn't known. */
  telemetryOf(protocol: Protocol | undefined): ExecTelemetry;
  /** Whether what the program asks its peer, and notifies it of, is left out. Default false. */
  readonly answersAlone?: boolean;
  /** Where what has no parent of its own begins. Default: the active context. */
  readonly context?: Context | undefined;
}

/** What a program and its peer say to each other over its stdin and stdout. */
export class StdioConversation {
  readonly #host: StdioHost;
  readonly #watch: RpcWatch;
  readonly #mcp = new McpConversation('pipe', (facts) => this.#telemetry.session(facts));
  #protocol: Protocol | undefined;
  #began = false;
  #skipped = 0;

  constructor(host: StdioHost) {
    this.#host = host;
    const { isEnabled, getConfig, context } = host;
    const requests: RpcHost['requests'] = {
      request: (message, options) => this.#telemetry.request(message, { context, ...options }),
      connection: (facts) => this.#telemetry.connection(facts),
      announce: (names) => this.#telemetry.announce(names),
      notificationReceived: (message, options) =>
        this.#telemetry.notificationReceived(message, { context, ...options }),
      ...(host.answersAlone !== true && {
        call: (message, options) => this.#telemetry.call(message, { context, ...options }),
        notificationSent: (message, options) =>
          this.#telemetry.notificationSent(message, { context, ...options }),
      }),
    };
    this.#watch = new RpcWatch(
      { isEnabled, getConfig, opened() {}, requests },
      {
        facts: (message) => this.#factsOf(message),
        outcome: (response) => this.#outcomeOf(response),
      },
    );
  }

  /** Which protocol they speak, once a message has told. */
  get protocol(): Protocol | undefined {
    return this.#protocol;
  }

  /** Whether a request has begun, so that what is sent matters. */
  get began(): boolean {
    return this.#began;
  }

  /**
   * Tells of a message that came in.
   * @returns the request that it began, to be handed on in
   */
  received(message: unknown): Request | undefined {
    this.#protocol ??= protocolOf(message);
    const request = this.#watch.received(message);
    if (this.#protocol === 'mcp') this.#mcp.heard(message);
    if (!this.#began && (request !== undefined || Array.isArray(message))) {
      this.#began = true;
      this.#host.opened();
    }
    return request;
  }

  /** Tells of a message that goes out. */
  sent(message: unknown): void {
    if (this.#protocol === 'mcp') this.#mcp.heard(message);
    this.#watch.sent(message);
  }

  /** Tells of a message that was too long to be read. */
  skipped(): void {
    this.#skipped++;
    if (this.#skipped === 1) {
      warn('a message on stdin or stdout is too long to be read; it is not observed');
    }
  }

  /** Tells that the program ends. */
  close(): void {
    this.#watch.close();
    this.#mcp.close();
    if (this.#skipped > 1) warn(`${this.#skipped} messages on stdin or stdout were not observed`);
  }

  get #telemetry(): ExecTelemetry {
    return this.#host.telemetryOf(this.#protocol);
  }

  #factsOf(message: JsonRpcRequest): Partial<RequestFacts> | undefined {
    if (this.#protocol !== 'mcp') return undefined;
    const { protocolVersion, transport } = this.#mcp;
    return { protocolVersion, transport, ...mcpFacts(message) };
  }

  #outcomeOf(response: unknown): RequestOutcome {
    return this.#protocol === 'mcp' ? outcomeOfResult(response) : outcomeOfResponse(response);
  }
}
