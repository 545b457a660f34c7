import type { Request } from '../../lifecycle/request.js';
import { claimStdio } from '../../lifecycle/stdio-claim.js';
import { complain, isThenable } from '../../opentelemetry/diagnostics.js';
import { type Method, override } from '../base/override.js';
import { type AcpHost, tapOptions } from './acp-connection.js';
import { isRequest, RpcWatch } from './watch.js';

/*
 * Up to 0.26 the connection is private to the file of the two classes that make it (`class Connection` in dist/acp.js), and
 * reads as soon as it is made. What can be seen are what these are given: a stream of messages, and what makes the object
 * whose methods handle them.
 */

type Construct = new (...args: unknown[]) => object;

interface MessageStream {
  readonly readable: object;
  readonly writable: object;
}

const observedStreams = new WeakSet<object>();

/** The classes of both ends. */
export const SIDES: readonly string[] = ['AgentSideConnection', 'ClientSideConnection'];

/**
 * Replaces the classes of both ends among a file's exports, so that each connection is observed from its begin.
 * @returns restores the originals
 * @throws TypeError where the exports can't be replaced: only module hooks make them so
 */
export function observeSides(host: AcpHost, exports: object): () => void {
  const originals = SIDES.map((name) => [name, Reflect.get(exports, name)] as const);
  for (const [name, original] of originals) {
    if (!Reflect.set(exports, name, observing(host, original as Construct))) {
      throw new TypeError(`${name} can't be replaced but by module hooks`);
    }
  }
  return () => {
    for (const [name, original] of originals) Reflect.set(exports, name, original);
  };
}

function observing(host: AcpHost, side: Construct): Construct {
  return new Proxy(side, {
    construct(target, args, newTarget) {
      return Reflect.construct(target, observed(host, args), newTarget);
    },
  });
}

/** The arguments of a constructor, observed; never throws. */
function observed(host: AcpHost, args: unknown[]): unknown[] {
  const [make, stream, ...rest] = args;
  if (typeof stream !== 'object' || stream === null || observedStreams.has(stream)) return args;
  const restores: (() => void)[] = [];
  try {
    // As in acp-connection.ts: nobody can see behind a web stream whether it is stdin.
    claimStdio();
    const side = new Side(new RpcWatch(host, tapOptions(host.getConfig())));
    side.takeHold(stream as MessageStream, restores);
    observedStreams.add(stream);
    return [side.handlersOf(make as Method), stream, ...rest];
  } catch (error) {
    for (const restore of restores) restore();
    complain('observing an ACP connection', error);
    return args;
  }
}

/** Hands on one connection. */
class Side {
  readonly #watch: RpcWatch;
  /** The request whose message was read last, until its handler is called: the SDK does so at once. */
  #read: Request | undefined;

  constructor(watch: RpcWatch) {
    this.#watch = watch;
  }

  takeHold({ readable, writable }: MessageStream, restores: (() => void)[]): void {
    restores.push(
      override(readable, 'getReader', (getReader) => (...args) => {
        const reader = Reflect.apply(getReader, readable, args) as object;
        override(reader, 'read', (read) => () => this.#heard(Reflect.apply(read, reader, [])));
        return reader;
      }),
      override(writable, 'getWriter', (getWriter) => (...args) => {
        const writer = Reflect.apply(getWriter, writable, args) as object;
        override(
          writer,
          'write',
          (write) => (message) =>
            this.#send(message, (carrying) => Reflect.apply(write, writer, [carrying])),
        );
        return writer;
      }),
    );
  }

  /** What makes the object with the handlers, each of which is then called in the context of its request. */
  handlersOf(make: Method): Method {
    // A proxy of a frozen object must give what that has:
    // https://tc39.es/ecma262/#sec-proxy-object-internal-methods-and-internal-slots-get-p-receiver
    const inContext = (handlers: object) =>
      new Proxy(Object.create(null), {
        has: (_, name) => Reflect.has(handlers, name),
        get: (_, name) => {
          const handler: unknown = Reflect.get(handlers, name);
          if (typeof handler !== 'function') return handler;
          return (...args: unknown[]) => this.#handle(() => Reflect.apply(handler, handlers, args));
        },
      });
    return function (this: unknown, ...args) {
      const handlers = Reflect.apply(make, this, args);
      return typeof handlers === 'object' && handlers !== null ? inContext(handlers) : handlers;
    };
  }

  #handle(handle: () => unknown): unknown {
    const request = this.#read;
    this.#read = undefined;
    return request === undefined ? handle() : request.run(handle);
  }

  async #heard(reading: unknown): Promise<unknown> {
    try {
      const read = (await reading) as { readonly done: boolean; readonly value?: unknown };
      if (read.done) this.#watch.close();
      else this.#read = this.#watch.received(read.value);
      return read;
    } catch (error) {
      this.#watch.close();
      throw error;
    }
  }

  #send(message: unknown, write: (carrying: unknown) => unknown): unknown {
    const writing = write(this.#watch.sent(message));
    if (isThenable(writing) && isRequest(message)) {
      writing.then(undefined, (error) =>
        this.#watch.gaveUp(message.id, { result: 'error', error }),
      );
    }
    return writing;
  }
}
