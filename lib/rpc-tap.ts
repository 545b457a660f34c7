import { injectMessage } from './carriers/message.js';
import type { Carrier } from './conventions/convention.js';
import type { CallOutcome, RequestFacts, RequestOutcome } from './conventions/facts.js';
import { announced, announces } from './conventions/mcp-announcements.js';
import type { Call } from './lifecycle/call.js';
import type { Connection } from './lifecycle/connection.js';
import { outcomeOfResponse, type Request, readOutcome } from './lifecycle/request.js';
import { attempt, complain } from './opentelemetry/diagnostics.js';
import { cancelledId, isObject } from './rpc-tap/cancellation.js';
import { OpenIds } from './rpc-tap/open-ids.js';
import type {
  JsonRpcRequest,
  MessageDirection,
  RpcTapOptions,
  TappedTelemetry,
} from './rpc-tap/options.js';

/**
 * Watches one JSON-RPC stream from outside, whatever library is at its ends. A request that comes in begins a
 * request, one that goes out begins a call; the response with its id the other way ends it, a cancel
 * notification cancels it, a close ends the rest as `disconnected`. The ids of the two directions are two
 * worlds. Peers may reuse ids, answer what was never asked, or answer twice: nothing leaks and nothing throws.
 */
export class RpcTap implements Disposable {
  /** The connection that the stream's requests belong to; undefined where it is not counted. */
  readonly connection: Connection | undefined;
  readonly #telemetry: TappedTelemetry;
  readonly #options: RpcTapOptions;
  readonly #requests = new OpenIds<Request>();
  readonly #calls = new OpenIds<Call>();
  readonly #waiting = new Map<string, Request[]>();
  /** The method of each open request or call whose response announces names. */
  readonly #announcing = new WeakMap<object, string>();
  #closed = false;

  constructor(telemetry: TappedTelemetry, options: RpcTapOptions = {}) {
    const { transport } = options;
    this.#telemetry = telemetry;
    this.#options = options;
    this.connection = transport === undefined ? undefined : telemetry.connection({ transport });
  }

  /**
   * Tells of a decoded message that came in.
   * @returns the request that it began, to run its handler in: `request.run(() => handle(message))`; for a
   *   notification the same, where the telemetry's convention observes notifications: it ends when its handler does,
   *   or at once if none is run in this turn. Undefined for everything else, and for a batch, whose entries can be told
   *   one by one
   */
  received(message: unknown): Request | undefined {
    try {
      if (Array.isArray(message)) {
        for (const entry of message) this.received(entry);
        return undefined;
      }
      if (!isObject(message)) return undefined;
      if (typeof message.method !== 'string') {
        if ('id' in message) this.#answer(this.#calls.take(message.id), message);
        return undefined;
      }
      if (message.id !== undefined) return this.#beginRequest(message as unknown as JsonRpcRequest);
      const id = cancelledId(message.method, message.params);
      if (id !== undefined) this.cancelled(id.of);
      return this.#notificationReceived(message as unknown as JsonRpcRequest);
    } catch (error) {
      complain('reading a received message', error);
      return undefined;
    }
  }

  /**
   * Tells of a message that is queued for the transport; a batch is told as a whole.
   * @returns the message to send: the same, or a copy that carries the trace context where the tap has a
   *   `carrier` for calls, or a `notificationCarrier`
   */
  sent<M>(message: M): M {
    try {
      if (Array.isArray(message)) return this.#sentBatch(message) as M;
      if (!isObject(message)) return message;
      if (!('method' in message)) {
        if ('id' in message) this.#answer(this.#requests.take(message.id), message);
        return message;
      }
      if (typeof message.method !== 'string') return message;
      if (message.id !== undefined) {
        return this.#beginCall(message as unknown as JsonRpcRequest) as unknown as M;
      }
      const id = cancelledId(message.method, message.params);
      if (id !== undefined) this.gaveUp(id.of, { result: 'cancelled' });
      return this.#notificationSent(message as unknown as JsonRpcRequest) as unknown as M;
    } catch (error) {
      complain('reading a sent message', error);
      return message;
    }
  }

  /** Tells that the peer gave up on a request. */
  cancelled(id: unknown): void {
    this.#requests.take(id)?.settle({ result: 'cancelled' });
  }

  /** Tells that we gave up on a call, by cancelling it or by waiting for it no longer. */
  gaveUp(id: unknown, outcome: CallOutcome): void {
    this.#calls.take(id)?.settle(outcome);
  }

  /** The call that waits for the response with an id; undefined where none does. */
  call(id: unknown): Call | undefined {
    return this.#calls.get(id);
  }

  /**
   * A handler that runs in the context of its own request, for a library that is given handlers by method and
   * reads the stream by itself, so that nobody can run it inside {@link Request.run}. Requests of a method are
   * matched in the order in which they came.
   * @param method the method that the library calls it for
   */
  inRequest<A extends unknown[], R>(method: string, handler: (...args: A) => R): (...args: A) => R {
    const waiting = this.#waiting;
    if (!waiting.has(method)) waiting.set(method, []);
    return function (this: unknown, ...args: A): R {
      const handle = () => Reflect.apply(handler, this, args) as R;
      const queue = waiting.get(method);
      let request = queue?.shift();
      while (request?.settled) request = queue?.shift();
      return request === undefined ? handle() : request.run(handle);
    };
  }

  /**
   * Tells that the stream closed, from whichever end.
   * @param outcome how the requests that are open ended, where closing the stream is how the peer says it. Default:
   *   by what their handlers threw, else `disconnected`
   */
  close(outcome?: RequestOutcome): void {
    this.#closed = true;
    this.#waiting.clear();
    const requests = this.#requests.clear();
    if (outcome !== undefined) for (const request of requests) request.settle(outcome);
    for (const open of [...requests, ...this.#calls.clear()]) open[Symbol.dispose]();
    this.connection?.settle();
  }

  /** Does what {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  #beginRequest(message: JsonRpcRequest): Request {
    const facts = this.#factsOf(message, 'received');
    const request = this.#telemetry.request(message, { facts, connection: this.connection });
    if (this.#closed) request[Symbol.dispose]();
    else if (!request.settled) {
      this.#requests.put(message.id, request);
      if (announces(message.method)) this.#announcing.set(request, message.method);
      this.#waiting.get(message.method)?.push(request);
    }
    return request;
  }

  #beginCall(message: JsonRpcRequest): JsonRpcRequest {
    const facts = this.#factsOf(message, 'sent');
    const call = this.#telemetry.call?.(message, { facts, connection: this.connection });
    if (call === undefined) return message;
    if (this.#closed) call[Symbol.dispose]();
    else if (!call.settled) {
      this.#calls.put(message.id, call);
      if (announces(message.method)) this.#announcing.set(call, message.method);
    }
    return this.#carrying(message, call, this.#options.carrier);
  }

  #notificationReceived(message: JsonRpcRequest): Request | undefined {
    const notification = this.#telemetry.notificationReceived?.(message, {
      facts: this.#factsOf(message, 'received'),
      connection: this.connection,
    });
    if (notification === undefined) return undefined;
    if (this.#closed) notification[Symbol.dispose]();
    else {
      queueMicrotask(() => {
        if (!notification.running) notification[Symbol.dispose]();
      });
    }
    return notification;
  }

  #notificationSent(message: JsonRpcRequest): JsonRpcRequest {
    const call = this.#telemetry.notificationSent?.(message, {
      facts: this.#factsOf(message, 'sent'),
      connection: this.connection,
    });
    if (call === undefined) return message;
    const carrying = this.#carrying(message, call, this.#options.notificationCarrier);
    call.settle({ result: 'success' });
    return carrying;
  }

  #carrying(message: JsonRpcRequest, call: Call, carrier: Carrier | undefined): JsonRpcRequest {
    const { baggage } = this.#options;
    return carrier ? injectMessage(message, call.context, carrier, { baggage }) : message;
  }

  #sentBatch(batch: readonly unknown[]): readonly unknown[] {
    const carrying = batch.map((entry) => this.sent(entry));
    return carrying.every((entry, index) => entry === batch[index]) ? batch : carrying;
  }

  #answer(open: Request | Call | undefined, response: unknown): void {
    if (open === undefined) return;
    const method = this.#announcing.get(open);
    if (method !== undefined) this.#announce(method, response);
    open.settle(this.#outcomeOf(response));
  }

  #announce(method: string, response: unknown): void {
    try {
      const announcement = announced(method, response);
      if (announcement !== undefined) this.#telemetry.announce?.(announcement);
    } catch (error) {
      complain('reading what a response announces', error);
    }
  }

  #factsOf(
    message: JsonRpcRequest,
    direction: MessageDirection,
  ): Partial<RequestFacts> | undefined {
    return attempt('reading the facts of a request', () =>
      this.#options.facts?.(message, direction),
    );
  }

  #outcomeOf(response: unknown): RequestOutcome {
    const { outcome = outcomeOfResponse } = this.#options;
    return readOutcome(outcome, response);
  }
}
