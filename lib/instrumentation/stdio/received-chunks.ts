import type { Readable } from 'node:stream';
import type { Request } from '../../lifecycle/request.js';
import { isRequest } from '../rpc/watch.js';
import type { StdioConversation } from './conversation.js';
import { detectFraming, isJsonRpc, type MakeFraming } from './detection.js';
import type { Framing, MessageSink } from './framing.js';

/** Puts a chunk, or the end, into the stream, as the stream itself would have. */
export type Push = (chunk: unknown) => unknown;

/** Who has to know what the first bytes of stdin turned out to be. */
export interface Verdict {
  /** It is JSON-RPC; is told once. */
  confirmed(framing: MakeFraming): void;
  /** It isn't, or can't be observed; nothing more may be told to these chunks. */
  refused(): void;
}

/**
 * Hands the chunks of stdin on. A chunk in which a request ends is cut, so that the request is handed on by
 * itself, in its own context; nothing else is changed, added or held back.
 */
export class ReceivedChunks implements MessageSink {
  readonly #conversation: StdioConversation;
  readonly #stream: Pick<Readable, 'readableFlowing'>;
  readonly #verdict: Verdict;
  #first: Buffer | undefined;
  #make: MakeFraming | undefined;
  #framing: Framing | undefined;
  #confirmed = false;
  #isOver = false;
  #handing: Handing | undefined;
  #rest: (() => void) | undefined;

  constructor(
    conversation: StdioConversation,
    stream: Pick<Readable, 'readableFlowing'>,
    verdict: Verdict,
  ) {
    this.#conversation = conversation;
    this.#stream = stream;
    this.#verdict = verdict;
  }

  /** Hands on what comes from now on as it comes. */
  stop(): void {
    this.#isOver = true;
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
      this.#read(chunk);
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
    if (this.#isOver || handing === undefined) return;
    if (!this.#confirmed && !this.#confirm(message)) return;
    const isApart = isRequest(message) && this.#hasContext(handing.isAlone(end));
    if (isApart) handing.handOnPassed();
    const request = this.#conversation.received(message);
    if (isApart && request !== undefined) handing.handOn(end, request);
    else handing.pass(end);
  }

  skipped(): void {
    if (this.#confirmed && !this.#isOver) this.#conversation.skipped();
  }

  #keep(rest: Buffer | undefined, push: Push): void {
    if (rest === undefined) return;
    this.#rest = () => this.handOn(rest, push);
    process.nextTick(() => this.handOnRest());
  }

  #read(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#framing ??= this.#detect(chunk);
    this.#framing?.read(chunk, this);
  }

  /** What came before it was clear what it is had no whole message in it. */
  #detect(chunk: Buffer): Framing | undefined {
    const bytes = this.#first === undefined ? chunk : Buffer.concat([this.#first, chunk]);
    const make = detectFraming(bytes);
    if (make === undefined) {
      this.#first = Buffer.from(bytes);
      return undefined;
    }
    if (make === 'other') {
      this.#refuse();
      return undefined;
    }
    this.#make = make;
    const framing = make();
    if (this.#first !== undefined) framing.read(this.#first, this);
    this.#first = undefined;
    return framing;
  }

  #confirm(message: unknown): boolean {
    if (this.#make === undefined || !isJsonRpc(message)) {
      this.#refuse();
      return false;
    }
    this.#confirmed = true;
    this.#verdict.confirmed(this.#make);
    return true;
  }

  #refuse(): void {
    this.#isOver = true;
    this.#verdict.refused();
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
