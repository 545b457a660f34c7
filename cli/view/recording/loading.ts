import { type FileHandle, open } from 'node:fs/promises';
import { LIMITS } from '../limits.js';
import { JSON_ENCODING } from '../otlp/encodings.js';
import { Malformed } from '../otlp/fields.js';
import { SIGNALS } from '../otlp/signals.js';
import type { Intake } from '../received.js';
import { type Line, linesOf } from './lines-of.js';

/** Who is told how far it is. */
export interface LoadListener {
  /** @param part how much has been read, from 0 to 1 */
  progress(part: number): void;
  /** A line can't be read, and was skipped, as so many were by now. */
  skipped(line: number, reason: string, count: number): void;
}

/** What became of a recording. */
export interface Loaded {
  readonly requests: number;
  readonly skipped: number;
}

/** A recording that can be read: lines of OTLP's JSON, as a collector's file exporter writes them. */
export class OpenRecording {
  readonly #handle: FileHandle;
  readonly #size: number;

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
  }

  /** @throws (rejects with) what opening a file fails with */
  static async open(path: string): Promise<OpenRecording> {
    const handle = await open(path);
    const stats = await handle.stat();
    return new OpenRecording(handle, stats.isFile() ? stats.size : Number.POSITIVE_INFINITY);
  }

  /**
   * Hands on all that it had when it was opened, and closes the file.
   * @throws (rejects with) what reading a file fails with, or what the signal was aborted with
   */
  async load(intake: Intake, listener: LoadListener, signal?: AbortSignal): Promise<Loaded> {
    let [requests, skipped] = [0, 0];
    let bytes = 0;
    for await (const line of linesOf(this.#chunks(signal), LIMITS.lineBytes)) {
      bytes += (line.bytes?.length ?? 0) + 1;
      const reason = takeLine(line, intake);
      if (reason === undefined) {
        requests++;
      } else if (reason !== EMPTY) {
        skipped++;
        listener.skipped(line.number, reason, skipped);
      }
      listener.progress(Math.min(1, bytes / this.#size));
    }
    return { requests, skipped };
  }

  async *#chunks(signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
    await using handle = this.#handle;
    if (this.#size === 0) return;
    yield* handle.createReadStream({ end: this.#size - 1, autoClose: false, signal });
  }
}

const EMPTY = 'empty';

/** @returns why nothing was taken */
function takeLine({ bytes }: Line, intake: Intake): string | undefined {
  if (bytes === undefined) return `longer than ${LIMITS.lineBytes} bytes`;
  if (bytes.toString().trim() === '') return EMPTY;
  try {
    const request = JSON_ENCODING.decode('line of OTLP', bytes);
    const signal = SIGNALS.find(({ field }) => Object.hasOwn(request, field));
    if (signal === undefined) {
      return `none of ${SIGNALS.map(({ field }) => field).join(', ')}`;
    }
    signal.read(request).deliver(intake);
    return undefined;
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
}
