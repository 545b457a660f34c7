import { detectFraming, isJsonRpc, type MakeFraming } from './detection.js';
import type { Framing, MessageSink } from './framing.js';

/** Who has to know what the first bytes of a stream turned out to be. */
export interface Verdict {
  /** It is JSON-RPC; is told once, before its first message is. */
  confirmed(framing: MakeFraming): void;
  /** It isn't; nothing more is told of it. */
  refused(): void;
}

/** Finds the messages of a stream, whichever framing it turns out to have; none where it is no JSON-RPC. */
export class MessageReader implements Framing {
  readonly #verdict: Verdict;
  #first: Buffer | undefined;
  #make: MakeFraming | undefined;
  #framing: Framing | undefined;
  #confirmed = false;
  #isOver = false;

  constructor(verdict: Verdict) {
    this.#verdict = verdict;
  }

  /** Whether nothing more is told of the stream. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Tells nothing from now on. */
  stop(): void {
    this.#isOver = true;
  }

  read(chunk: Buffer, sink: MessageSink): void {
    if (this.#isOver) return;
    const own: MessageSink = {
      message: (message, end) => {
        if (this.#isOver || (!this.#confirmed && !this.#confirm(message))) return;
        sink.message(message, end);
      },
      skipped: () => {
        if (this.#confirmed && !this.#isOver) sink.skipped();
      },
    };
    this.#framing ??= this.#detect(chunk, own);
    this.#framing?.read(chunk, own);
  }

  /** What came before it was clear what it is had no whole message in it. */
  #detect(chunk: Buffer, sink: MessageSink): Framing | undefined {
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
    if (this.#first !== undefined) framing.read(this.#first, sink);
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
}
