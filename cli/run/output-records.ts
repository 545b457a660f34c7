import { type Context, logs, SeverityNumber } from '@opentelemetry/api';
import { OutputLines } from './output-lines.js';
import { Passage } from './passage.js';
import type { Pipe } from './pipes.js';

/** How many lines are told in a second; the others are counted. */
export const LINES_PER_SECOND = 1_000;
const SCOPE = 'otel-exec/output';

/** Passes a command's output on, and tells its lines as log records of its span. */
export class OutputRecords {
  readonly #context: Context;
  readonly #passages: { readonly passage: Passage; readonly lines: OutputLines }[];
  #second = 0;
  #told = 0;
  #untold = 0;

  constructor([stdout, stderr]: readonly [stdout: Pipe, stderr: Pipe], context: Context) {
    this.#context = context;
    this.#passages = (
      [
        [stdout, 1],
        [stderr, 2],
      ] as const
    ).map(([{ readable }, target]) => {
      const lines = new OutputLines((line, cut) => this.#take(target, line, cut));
      return { passage: new Passage(readable, target, (piece) => lines.hear(piece)), lines };
    });
  }

  /** Settles when what the command has written is passed on and told. */
  async end(): Promise<void> {
    await Promise.all(this.#passages.map(({ passage }) => passage.drained()));
    for (const { lines } of this.#passages) lines.end();
    this.#tellUntold();
  }

  #take(target: 1 | 2, line: string, cut: boolean): void {
    const second = Math.trunc(performance.now() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#told = 0;
      this.#tellUntold();
    }
    if (this.#told++ >= LINES_PER_SECOND) this.#untold++;
    else
      this.#emit(target === 1 ? 'INFO' : 'WARN', line, {
        'log.iostream': target === 1 ? 'stdout' : 'stderr',
        ...(cut && { cut: true }),
      });
  }

  #tellUntold(): void {
    if (this.#untold === 0) return;
    this.#emit('WARN', `${this.#untold} lines of output were not told`, { lines: this.#untold });
    this.#untold = 0;
  }

  #emit(
    level: 'INFO' | 'WARN',
    body: string,
    attributes: Record<string, string | number | boolean>,
  ) {
    logs.getLogger(SCOPE).emit({
      severityNumber: SeverityNumber[level],
      severityText: level,
      body,
      attributes,
      context: this.#context,
    });
  }
}
