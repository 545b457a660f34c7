import type { Request } from '../../lifecycle/request.js';
import { type Method, override } from '../base/override.js';

/*
 * vscode-jsonrpc queues what it receives and drains the queue by one chain of setImmediate, which keeps the
 * context of the first message for all that follow (`triggerMessageQueue` in common/connection.js, 6.0 to
 * 10.0 at least). So each request is handled in a context of its own.
 */

/** How the handler of a queued request comes to run in the request's own context. */
export interface HandlerContext {
  /** The options to make the connection with. */
  readonly options: object;
  /** Tells of a request that is about to be queued. */
  queued(message: object, request: Request): void;
  /** Tells of a message that is sent. */
  sent(message: unknown): void;
  /** Follows the connection that was made with the options. */
  follow(connection: object): void;
}

interface MessageStrategy {
  handleMessage(message: object, next: (message: object) => unknown): unknown;
}

/** From 8.1 on: a strategy is asked to handle each message, once it leaves the queue. */
export class StrategyContext implements HandlerContext {
  readonly options: object;
  readonly #requests = new WeakMap<object, Request>();

  constructor(given: unknown) {
    const strategy: MessageStrategy = {
      handleMessage: (message, next) => {
        const theirs = member<MessageStrategy>(given, 'messageStrategy');
        const handle =
          typeof theirs?.handleMessage === 'function'
            ? () => theirs.handleMessage(message, next)
            : () => next(message);
        const request = this.#requests.get(message);
        return request === undefined ? handle() : request.run(handle);
      },
    };
    this.options = derive(given, 'messageStrategy', strategy);
  }

  queued(message: object, request: Request): void {
    this.#requests.set(message, request);
  }

  sent(): void {}

  follow(): void {}
}

interface CancellationStrategy {
  readonly receiver: { createCancellationTokenSource(id: unknown): unknown };
}

/**
 * Up to 8.0, which has no message strategy: a token source is asked for by the request's id right before
 * its handler is called.
 */
export class TokenContext implements HandlerContext {
  readonly options: object;
  readonly #queued = new Map<string, Request>();
  #current: Request | undefined;

  /** @param standard the strategy of the package, where the options have none */
  constructor(given: unknown, standard: object) {
    const theirs = member<CancellationStrategy>(given, 'cancellationStrategy') ?? standard;
    const { receiver } = theirs as CancellationStrategy;
    const followed = derive(receiver, 'createCancellationTokenSource', (id: unknown) => {
      this.#current = this.#take(id);
      return receiver.createCancellationTokenSource(id);
    });
    this.options = derive(given, 'cancellationStrategy', derive(theirs, 'receiver', followed));
  }

  queued(message: object, request: Request): void {
    this.#queued.set(String(member(message, 'id')), request);
  }

  sent(message: unknown): void {
    if (member(message, 'method') === undefined) this.#take(member(message, 'id'));
  }

  follow(connection: object): void {
    override(connection, 'onRequest', (original) => {
      return function (this: unknown, ...args: unknown[]) {
        return Reflect.apply(original, this, args.map(inContext));
      };
    });
    const inContext = (argument: unknown): unknown => {
      if (typeof argument !== 'function') return argument;
      const handler = argument as Method;
      return (...args: unknown[]) => {
        const request = this.#current;
        this.#current = undefined;
        return request === undefined ? handler(...args) : request.run(() => handler(...args));
      };
    };
  }

  #take(id: unknown): Request | undefined {
    const key = String(id);
    const request = this.#queued.get(key);
    this.#queued.delete(key);
    return request;
  }
}

/** An object with one member replaced; the others are read through, also if they change. */
function derive(base: unknown, name: string, value: unknown): object {
  const prototype = typeof base === 'object' ? base : null;
  return Object.create(prototype, { [name]: { value, enumerable: true } });
}

function member<T>(of: unknown, name: string): T | undefined {
  return (of as Record<string, T> | null | undefined)?.[name];
}
