import type { Call } from '../../lifecycle/call.js';
import { attempt, isThenable } from '../../opentelemetry/diagnostics.js';
import { isRequest, type RpcWatch } from '../rpc/watch.js';
import { type Asking, outcomeOfGivingUp, takeAsking } from './asking.js';

/**
 * What a transport may be told with a message.
 * @see https://github.com/modelcontextprotocol/typescript-sdk/blob/main/packages/core-internal/src/shared/transport.ts
 */
interface SendOptions {
  /** Aborts where giving up is closing the request's own stream. */
  readonly requestSignal?: unknown;
  /** Is called when the request's own stream has ended. */
  readonly onRequestStreamEnd?: unknown;
}

type Send = (...args: unknown[]) => unknown;

/** Sends the messages of one transport, and follows its calls to whatever end they come to. */
export class Calls {
  readonly #watch: RpcWatch;
  readonly #asked = new WeakMap<Call, Asking>();

  constructor(watch: RpcWatch) {
    this.#watch = watch;
  }

  /**
   * Sends a message, in the context of its call where it is one.
   * @param args what the transport is given: the message, its options
   * @returns what sending returned
   * @throws what sending threw
   */
  send(args: readonly unknown[], send: Send): unknown {
    const [message, ...options] = args;
    this.#readCancellation(message);
    const carrying = this.#watch.sent(message);
    if (!isRequest(message)) return send(carrying, ...options);
    const asking = takeAsking();
    const call = this.#watch.call(message.id);
    if (call === undefined) return send(carrying, ...options);
    if (asking !== undefined) this.#asked.set(call, asking);
    const [given, ...rest] = options;
    const followed = this.#follow(message.id, given);
    return this.#sendCall(message.id, call, () => send(carrying, followed, ...rest));
  }

  #sendCall(id: unknown, call: Call, send: () => unknown): unknown {
    const failed = (error: unknown) => {
      call.failed(error);
      this.#watch.gaveUp(id, { result: 'error', error });
    };
    try {
      const sending = call.run(send);
      if (isThenable(sending)) sending.then(undefined, failed);
      return sending;
    } catch (error) {
      failed(error);
      throw error;
    }
  }

  /** @returns the options, which tell of the end of the request's own stream too where they tell anybody */
  #follow(id: unknown, given: unknown): unknown {
    const { requestSignal, onRequestStreamEnd } = (given ?? {}) as SendOptions;
    if (requestSignal instanceof AbortSignal) {
      requestSignal.addEventListener('abort', () => this.#giveUp(id), { once: true });
    }
    if (typeof onRequestStreamEnd !== 'function') return given;
    return {
      ...(given as object),
      onRequestStreamEnd: (...args: unknown[]) => {
        this.#watch.gaveUp(id, { result: 'disconnected' });
        return Reflect.apply(onRequestStreamEnd, given, args);
      },
    };
  }

  /** @see https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/cancellation */
  #readCancellation(message: unknown): void {
    attempt('reading a cancellation', () => {
      const { method, params } = (message ?? {}) as {
        method?: unknown;
        params?: { requestId?: unknown };
      };
      // @modelcontextprotocol/sdk 1.0.0 calls it `cancelled`, which its own server doesn't know.
      if (method === 'notifications/cancelled' || method === 'cancelled') {
        this.#giveUp(params?.requestId);
      }
    });
  }

  #giveUp(id: unknown): void {
    const call = this.#watch.call(id);
    if (call === undefined) return;
    const outcome = attempt('reading why a call was given up', () =>
      outcomeOfGivingUp(this.#asked.get(call)),
    );
    this.#watch.gaveUp(id, outcome ?? { result: 'cancelled' });
  }
}
