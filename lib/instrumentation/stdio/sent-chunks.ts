import type { StdioConversation } from './conversation.js';
import type { Framing, MessageSink } from './framing.js';

/** Reads what is written to stdout. Never throws. */
export class SentChunks implements MessageSink {
  readonly #conversation: StdioConversation;
  readonly #framing: Framing;

  constructor(conversation: StdioConversation, framing: Framing) {
    this.#conversation = conversation;
    this.#framing = framing;
  }

  /**
   * Tells of a chunk that is being written.
   * @param chunk what a stream's `write` takes; what it refuses is passed over
   */
  written(chunk: unknown, encoding: unknown): void {
    if (!this.#conversation.began) return;
    if (typeof chunk === 'string')
      this.#framing.read(Buffer.from(chunk, encodingOf(encoding)), this);
    else if (Buffer.isBuffer(chunk)) this.#framing.read(chunk, this);
    else if (chunk instanceof Uint8Array) {
      this.#framing.read(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength), this);
    }
  }

  message(message: unknown): void {
    this.#conversation.sent(message);
  }

  skipped(): void {
    this.#conversation.skipped();
  }
}

function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
}
