import { complain, isThenable } from '../../opentelemetry/diagnostics.js';
import { type Method, override } from '../base/override.js';
import { claimStandardInput, streamsIn } from '../base/standard-input.js';
import { type HandlerContext, StrategyContext, TokenContext } from './json-rpc-context.js';
import { networkOfStream } from './network.js';
import { isRequest, type RpcHost, RpcWatch } from './watch.js';

/** What is used of the exports of `vscode-jsonrpc/lib/common/connection.js`. */
export interface ConnectionModule {
  readonly createMessageConnection: Method;
  /** From 8.1 on. */
  readonly MessageStrategy?: unknown;
  readonly CancellationStrategy: { readonly Message: object };
}

const observed = new WeakSet<object>();

/**
 * Makes a message connection that is observed. A reader that is observed already stays as it is, so that
 * two instrumentations count nothing twice.
 * @param create the package's own function
 * @param args its arguments: reader, writer, logger, options
 */
export function createObserved(
  host: RpcHost,
  module: ConnectionModule,
  create: Method,
  args: readonly unknown[],
): unknown {
  const [reader, writer, logger, options, ...rest] = args;
  if (!isObject(reader) || !isObject(writer) || observed.has(reader)) {
    return create(...args);
  }
  const hands = takeHold(host, module, reader, writer, options);
  if (hands === undefined) return create(...args);
  observed.add(reader);
  const connection = create(reader, writer, logger, hands.context.options, ...rest);
  try {
    hands.follow(connection as object);
  } catch (error) {
    complain('following a vscode-jsonrpc connection', error);
  }
  return connection;
}

function takeHold(
  host: RpcHost,
  module: ConnectionModule,
  ...[reader, writer, options]: [reader: object, writer: object, options: unknown]
): Hands | undefined {
  try {
    claimStandardInput(reader);
    const context =
      module.MessageStrategy === undefined
        ? new TokenContext(options, module.CancellationStrategy.Message)
        : new StrategyContext(options);
    const [stream] = streamsIn(reader);
    const watch = new RpcWatch(host, {
      facts: (_, direction) => networkOfStream(stream, direction),
    });
    return new Hands(watch, context, reader, writer);
  } catch (error) {
    complain('observing a vscode-jsonrpc connection', error);
    return undefined;
  }
}

type Subscribe = (listener: () => void) => unknown;

class Hands {
  readonly context: HandlerContext;
  readonly #watch: RpcWatch;
  readonly #farewells: (() => unknown)[] = [];

  constructor(watch: RpcWatch, context: HandlerContext, reader: object, writer: object) {
    this.context = context;
    this.#watch = watch;
    const restoreWrite = override(writer, 'write', (write) => {
      return function (this: unknown, ...args: unknown[]) {
        watch.sent(args[0]);
        context.sent(args[0]);
        return writeFollowed(watch, args[0], () => Reflect.apply(write, this, args));
      };
    });
    const hearClose = () => this.#hearDisconnect(reader);
    const restoreListen = override(reader, 'listen', (listen) => {
      return function (this: unknown, callback: unknown, ...rest: unknown[]) {
        hearClose();
        const received = (message: unknown) => {
          const request = watch.received(message);
          if (request !== undefined) context.queued(message as object, request);
          return (callback as Method)(message);
        };
        return Reflect.apply(listen, this, [received, ...rest]);
      };
    });
    this.#farewells.push(restoreWrite, restoreListen, () => observed.delete(reader));
  }

  follow(connection: object): void {
    const { onClose, onDispose } = connection as { onClose: Subscribe; onDispose: Subscribe };
    const close = () => this.#close();
    onClose(close);
    onDispose(close);
    this.context.follow(connection);
  }

  /*
   * The IPC transport listens for `close`, which `process` never emits: it emits `disconnect`
   * (IPCMessageReader in vscode-jsonrpc 6.0 to 10.0). A listener keeps the channel open, so it goes with
   * the connection.
   */
  #hearDisconnect(reader: object): void {
    const { process: channel } = reader as { process?: unknown };
    if (channel !== process) return;
    const close = () => this.#close();
    process.once('disconnect', close);
    this.#farewells.push(() => process.removeListener('disconnect', close));
  }

  #close(): void {
    this.#watch.close();
    for (const farewell of this.#farewells.splice(0)) farewell();
  }
}

/*
 * Up to 8.0 nobody handles the promise of a write (`sendRequest` in vscode-jsonrpc/lib/common/connection.js, 6.0): who
 * merely listened to it would hide that it rejects.
 */
function writeFollowed(watch: RpcWatch, message: unknown, write: () => unknown): unknown {
  if (!isRequest(message)) return write();
  const failed = (error: unknown): never => {
    watch.gaveUp(message.id, { result: 'error', error });
    throw error;
  };
  try {
    const writing = write();
    return isThenable(writing) ? writing.then(undefined, failed) : writing;
  } catch (error) {
    return failed(error);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
