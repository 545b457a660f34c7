import type { RequestFacts, RequestOutcome } from './conventions/facts.js';
import type { Connection } from './lifecycle/connection.js';
import { outcomeOfResponse, type Request, readOutcome } from './lifecycle/request.js';
import { attempt, complain } from './opentelemetry/diagnostics.js';
import type { ExecTelemetry } from './telemetry.js';

/** What a tap needs to know of the stream that it watches. */
export interface RpcTapOptions {
  /** Which transport: `websocket`, `stdio`, … Without it, the connection is not counted. */
  readonly transport?: string | undefined;
  /** More facts than a JSON-RPC message tells by itself, such as the tool that an MCP call names. */
  readonly facts?: ((message: JsonRpcRequest) => Partial<RequestFacts> | undefined) | undefined;
  /** How a request ended, by its response. Default {@link outcomeOfResponse}. */
  readonly outcome?: ((response: unknown) => RequestOutcome) | undefined;
}

/** @see https://www.jsonrpc.org/specification#request_object */
export interface JsonRpcRequest {
  readonly jsonrpc?: unknown;
  readonly id: unknown;
  readonly method: string;
  readonly params?: unknown;
}

/**
 * Watches one JSON-RPC stream from outside, whatever library serves it: a request in begins, the response
 * with its id ends, a cancel notification cancels, a close ends the rest as `disconnected`. Peers may reuse
 * ids, answer what was never asked, or answer twice: nothing leaks and nothing throws.
 */
export class RpcTap implements Disposable {
  /** The connection that the stream's requests belong to; undefined where it is not counted. */
  readonly connection: Connection | undefined;
  readonly #telemetry: Pick<ExecTelemetry, 'request' | 'connection'>;
  readonly #options: RpcTapOptions;
  readonly #open = new Map<unknown, Request | Request[]>();
  #closed = false;

  constructor(
    telemetry: Pick<ExecTelemetry, 'request' | 'connection'>,
    options: RpcTapOptions = {},
  ) {
    const { transport } = options;
    this.#telemetry = telemetry;
    this.#options = options;
    this.connection = transport === undefined ? undefined : telemetry.connection({ transport });
  }

  /**
   * Tells of a decoded message that came in.
   * @returns the request that it began, to run its handler in: `request.run(() => handle(message))`;
   *   undefined for notifications and responses, and for a batch, whose entries can be told one by one
   */
  received(message: unknown): Request | undefined {
    try {
      if (Array.isArray(message)) {
        for (const entry of message) this.received(entry);
        return undefined;
      }
      if (!isObject(message) || typeof message.method !== 'string') return undefined;
      if (message.id === undefined) {
        this.#notified(message.method, message.params);
        return undefined;
      }
      return this.#begin(message as unknown as JsonRpcRequest);
    } catch (error) {
      complain('reading a received message', error);
      return undefined;
    }
  }

  /** Tells of a message that is queued for the transport; a batch is told as a whole. */
  sent(message: unknown): void {
    try {
      if (Array.isArray(message)) {
        for (const entry of message) this.sent(entry);
        return;
      }
      if (!isObject(message) || 'method' in message || !('id' in message)) return;
      this.#take(message.id)?.settle(this.#outcomeOf(message));
    } catch (error) {
      complain('reading a sent message', error);
    }
  }

  /** Tells that the peer gave up on a request. */
  cancelled(id: unknown): void {
    this.#take(id)?.settle({ result: 'cancelled' });
  }

  /** Tells that the stream closed, from whichever end. */
  close(): void {
    this.#closed = true;
    const open = [...this.#open.values()].flat();
    this.#open.clear();
    for (const request of open) request[Symbol.dispose]();
    this.connection?.settle();
  }

  /** Does what {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  #begin(message: JsonRpcRequest): Request {
    const facts = this.#factsOf(message);
    const request = this.#telemetry.request(message, { facts, connection: this.connection });
    if (this.#closed) request[Symbol.dispose]();
    else if (!request.settled) this.#put(message.id, request);
    return request;
  }

  #factsOf(message: JsonRpcRequest): Partial<RequestFacts> | undefined {
    return attempt('reading the facts of a request', () => this.#options.facts?.(message));
  }

  #outcomeOf(response: unknown): RequestOutcome {
    const { outcome = outcomeOfResponse } = this.#options;
    return readOutcome(outcome, response);
  }

  #put(id: unknown, request: Request): void {
    const key = keyOf(id);
    const other = this.#open.get(key);
    if (other === undefined) this.#open.set(key, request);
    else if (Array.isArray(other)) other.push(request);
    else this.#open.set(key, [other, request]);
  }

  #take(id: unknown): Request | undefined {
    const key = keyOf(id);
    const found = this.#open.get(key);
    if (Array.isArray(found)) {
      const request = found.shift();
      if (found.length === 0) this.#open.delete(key);
      return request;
    }
    this.#open.delete(key);
    return found;
  }

  #notified(method: string, params: unknown): void {
    if (!isObject(params)) return;
    // Language Server Protocol 3.17, "Cancellation Support"
    if (method === '$/cancelRequest') this.cancelled(params.id);
    // Model Context Protocol 2025-06-18, "Cancellation"
    else if (method === 'notifications/cancelled') this.cancelled(params.requestId);
  }
}

// JSON-RPC 2.0, 4 and 5: ids are strings, numbers or null; a request with any other is answered with null.
function keyOf(id: unknown): string | number | null {
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
