import type { Readable } from 'node:stream';
import type { Request } from '../../lifecycle/request.js';
import { isRequest } from '../rpc/watch.js';
import type { StdioConversation } from './conversation.js';
import type { MessageSink } from './framing.js';
import { MessageReader, type Verdict } from './reader.js';

/** Puts a chunk, or the end, into the stream, as the stream itself would have. */
export type Push = (chunk: unknown) => unknown;

/**
 * Hands the chunks of stdin on. A chunk in which a request ends is cut, so that the request is handed on by
 * itself, in its own context; nothing else is changed, added or held back.
 */
export class ReceivedChunks implements MessageSink {
  readonly #conversation: StdioConversation;
  readonly #stream: Pick<Readable, 'readableFlowing'>;
  readonly #reader: MessageReader;
  #handing: Handing | undefined;
  #rest: (() => void) | undefined;

  constructor(
    conversation: StdioConversation,
    stream: Pick<Readable, 'readableFlowing'>,
    verdict: Verdict,
  ) {
    this.#conversation = conversation;
    this.#stream = stream;
    this.#reader = new MessageReader(verdict);
  }

  /** Hands on what comes from now on as it comes. */
  stop(): void {
    this.#reader.stop();
  }

  /**
   * Hands a chunk on.
   * @returns what the last `push` returned
   * @throws what a listener throws; what is left of the chunk is then handed on in the next tick, and before
   *   anything else is
   */
  handOn(chunk: Buffer, push: Push): unknown {
    this.handOnRest();
    const handing = new Handing(chunk, push);
    const outer = this.#handing;
    this.#handing = handing;
    try {
      this.#reader.read(chunk, this);
    } catch (error) {
      this.#keep(handing.rest(), push);
      throw error;
    } finally {
      this.#handing = outer;
    }
    return handing.finish();
  }

  /** Hands on what is left of a chunk where a listener threw. */
  handOnRest(): void {
    const rest = this.#rest;
    this.#rest = undefined;
    rest?.();
  }

  message(message: unknown, end: number): void {
    const handing = this.#handing;
    if (handing === undefined) return;
    const isApart = isRequest(message) && this.#hasContext(handing.isAlone(end));
    if (isApart) handing.handOnPassed();
    const request = this.#conversation.received(message);
    if (isApart && request !== undefined) handing.handOn(end, request);
    else handing.pass(end);
  }

  skipped(): void {
    this.#conversation.skipped();
  }

  #keep(rest: Buffer | undefined, push: Push): void {
    if (rest === undefined) return;
    this.#rest = () => this.handOn(rest, push);
    process.nextTick(() => this.handOnRest());
  }

  /**
   * Of several messages in a chunk each has its own context if its handler is called while it is handed on.
   * That isn't so where somebody reads when the stream says `readable`. Nor is it with `vscode-jsonrpc`, which
   * most language servers have: it queues messages, and the context of the first is that of all that are
   * queued behind it (`triggerMessageQueue` in common/connection.js, 6.0 to 10.0 at least).
   */
  #hasContext(isAlone: boolean): boolean {
    return (
      isAlone || (this.#stream.readableFlowing === true && this.#conversation.protocol !== 'lsp')
    );
  }
}

/** One chunk that is being handed on. */
class Handing {
  readonly #chunk: Buffer;
  readonly #push: Push;
  #handedOn = 0;
  #passed = 0;
  #returned: unknown;

  constructor(chunk: Buffer, push: Push) {
    this.#chunk = chunk;
    this.#push = push;
  }

  /** Whether nothing else is in the chunk than what ends there. */
  isAlone(end: number): boolean {
    return this.#passed === 0 && end === this.#chunk.length;
  }

  /** Lets a message go on with what comes next. */
  pass(end: number): void {
    this.#passed = end;
  }

  /** Hands on what was passed. */
  handOnPassed(): void {
    if (this.#passed > this.#handedOn) this.#take(this.#passed);
  }

  /** Hands on all of a request, or the end of it, in its context. */
  handOn(end: number, request: Request): void {
    this.#passed = end;
    request.run(() => this.#take(end));
  }

  /** Takes out what hasn't been handed on. */
  rest(): Buffer | undefined {
    const rest = this.#chunk.subarray(this.#handedOn);
    this.#handedOn = this.#chunk.length;
    return rest.length === 0 ? undefined : rest;
  }

  /** Hands on the rest. */
  finish(): unknown {
    if (this.#handedOn < this.#chunk.length || this.#chunk.length === 0) {
      this.#take(this.#chunk.length);
    }
    return this.#returned;
  }

  #take(end: number): void {
    const from = this.#handedOn;
    const isWhole = from === 0 && end === this.#chunk.length;
    this.#handedOn = end;
    this.#returned = this.#push(isWhole ? this.#chunk : this.#chunk.subarray(from, end));
  }
}
