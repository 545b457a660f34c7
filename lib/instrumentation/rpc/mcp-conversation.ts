import type { SessionFacts } from '../../conventions/facts.js';
import type { Session } from '../../lifecycle/session.js';
import { attempt } from '../../opentelemetry/diagnostics.js';

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly result?: { readonly protocolVersion?: unknown } | null;
}

/** What both ends of one MCP connection have agreed on, and the session that follows from it. */
export class McpConversation {
  /** What carries it, as `network.transport` has it. */
  readonly transport: string | undefined;
  readonly #begin: (facts: SessionFacts) => Session | undefined;
  #initialize: unknown;
  #protocolVersion: string | undefined;
  #session: Session | undefined;

  /** @param begin begins a session, if there is to be one */
  constructor(transport: string | undefined, begin: (facts: SessionFacts) => Session | undefined) {
    this.transport = transport;
    this.#begin = begin;
  }

  /** The revision of the protocol that was agreed on. */
  get protocolVersion(): string | undefined {
    return this.#protocolVersion;
  }

  /** Tells of a message of either direction. Never throws. */
  heard(message: unknown): void {
    if (typeof message !== 'object' || message === null) return;
    attempt('following an MCP session', () => this.#follow(message as Message));
  }

  /** Tells that the connection closed. */
  close(): void {
    this.#session?.[Symbol.dispose]();
    this.#session = undefined;
  }

  /** @see https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#initialization */
  #follow({ id, method, result }: Message): void {
    if (method === 'initialize') this.#initialize = id;
    else if (method === 'notifications/initialized') this.#initialized();
    else if (method === undefined && id !== undefined && id === this.#initialize) {
      const version = result?.protocolVersion;
      if (typeof version === 'string') this.#protocolVersion = version;
    }
  }

  /** A stateless server hears of the second step over another connection than of the first: it has no session. */
  #initialized(): void {
    const { transport, protocolVersion } = this;
    if (this.#session !== undefined || protocolVersion === undefined) return;
    this.#session = this.#begin({ transport, protocolVersion });
  }
}
