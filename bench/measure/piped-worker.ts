import type { ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { type Turn, Worker } from './worker.js';

/** A worker whose work comes in on its stdin. */
export class PipedWorker extends Worker {
  readonly #feed: (ends: Ends, times: number) => Promise<void>;
  #waiting: { readonly bytes: number; readonly arrived: () => void } | undefined;
  #arrived = 0;

  /** @param feed writes the work for a turn to the program, and reads what it answers */
  constructor(
    name: string,
    file: URL,
    args: readonly string[],
    feed: (ends: Ends, times: number) => Promise<void>,
    options: ForkOptions = {},
  ) {
    super(name, file, args, { ...options, stdio: ['pipe', 'pipe', 'inherit', 'ipc'] });
    this.#feed = feed;
    (this.child.stdout as Readable).on('data', (chunk: Buffer) => this.#answered(chunk.length));
  }

  override async turn(times: number): Promise<Turn> {
    const [turn] = await Promise.all([super.turn(times), this.#feed(this.#ends, times)]);
    return turn;
  }

  get #ends(): Ends {
    const stdin = this.child.stdin as Writable;
    return {
      write: async (chunk) => {
        if (!stdin.write(chunk)) await once(stdin, 'drain');
      },
      answer: (bytes) =>
        new Promise((resolve) => {
          this.#waiting = { bytes, arrived: resolve };
          this.#answered(0);
        }),
    };
  }

  #answered(bytes: number): void {
    this.#arrived += bytes;
    if (this.#waiting === undefined || this.#arrived < this.#waiting.bytes) return;
    const { bytes: wanted, arrived } = this.#waiting;
    this.#arrived -= wanted;
    this.#waiting = undefined;
    arrived();
  }
}

/** The two ends of a worker that its parent has. */
export interface Ends {
  /** Resolves once there is room for more. */
  write(chunk: string | Buffer): Promise<void>;
  /** Resolves once as many bytes have come that nobody has waited for. */
  answer(bytes: number): Promise<void>;
}
