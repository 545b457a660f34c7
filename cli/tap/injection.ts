import { Transform, type TransformCallback } from 'node:stream';
import { injectMessage, type Request } from 'otel-exec';
import type { Protocol, StdioTap } from 'otel-exec/stdio';
import { splice } from './splice.js';

/** What is longer than this is passed on as it comes, and as it is. In bytes. */
const HOLD_LIMIT = 1024 * 1024;
/** How long a message that has begun is held until its end comes. In milliseconds. */
const HOLD_MILLIS = 100;

/** The protocols that have a place for a trace context in a request, which is `params._meta` in both. */
const CARRYING: ReadonlySet<Protocol | undefined> = new Set<Protocol>(['mcp', 'acp']);

interface Carrying {
  /** Undefined in a notification. */
  readonly id?: unknown;
  readonly params?: { readonly _meta?: Readonly<Record<string, string>> };
}

/**
 * Passes on what a server is sent, and adds the context of its request to each request that carries none. A
 * message is held until its end has come, if that comes soon and isn't far; all else goes on as it comes.
 */
export class Injection extends Transform {
  readonly #tap: StdioTap;
  readonly #warn: (message: string) => void;
  #held: Buffer[] = [];
  #length = 0;
  #isWhole = true;
  #timer: NodeJS.Timeout | undefined;
  #isTold = false;

  /**
   * @param tap is told of everything that is passed on
   * @param warn is told, once, that nothing is added here
   */
  constructor(tap: StdioTap, warn: (message: string) => void) {
    super();
    this.#tap = tap;
    this.#warn = warn;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    let from = 0;
    clearTimeout(this.#timer);
    this.#tap.received(chunk, ({ message, end, request }) => {
      this.#hold(chunk.subarray(from, end));
      from = end;
      const bytes = this.#take();
      const isWhole = this.#isWhole;
      this.#isWhole = true;
      const asks = request !== undefined && (message as Carrying).id !== undefined;
      this.push(asks && isWhole ? this.#carrying(bytes, message as Carrying, request) : bytes);
    });
    this.#hold(chunk.subarray(from));
    if (this.#tap.isOver || this.#length > HOLD_LIMIT) this.#release();
    else if (this.#length > 0) this.#timer = setTimeout(() => this.#release(), HOLD_MILLIS);
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#release();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#held.push(bytes);
    this.#length += bytes.length;
  }

  #take(): Buffer {
    const [first] = this.#held;
    const bytes = this.#held.length === 1 && first ? first : Buffer.concat(this.#held);
    this.#held = [];
    this.#length = 0;
    return bytes;
  }

  /** Passes on what is held of a message whose end hasn't come. */
  #release(): void {
    clearTimeout(this.#timer);
    if (this.#length === 0) return;
    this.#isWhole = false;
    this.push(this.#take());
  }

  #carrying(bytes: Buffer, message: Carrying, request: Request): Buffer {
    if (!CARRYING.has(this.#tap.protocol)) {
      this.#tellOnce();
      return bytes;
    }
    const carrying = injectMessage(message, request.context, 'meta');
    if (carrying === message) return bytes;
    const before = message.params?._meta ?? {};
    const added = Object.entries(carrying.params?._meta ?? {}).filter(
      ([name]) => !Object.hasOwn(before, name),
    );
    return splice(bytes, ['params', '_meta'], Object.fromEntries(added));
  }

  #tellOnce(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#warn('what is spoken here has no place for a trace context: --inject adds none');
  }
}
