import { once } from 'node:events';
import type { WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { LIMITS } from '../limits.js';
import type { Recording } from '../receiver/receiver.js';

/** How much is kept of a recording. Default: as {@link LIMITS} say. */
export interface RecorderLimits {
  readonly recordingBytes?: number;
  readonly unsavedBytes?: number;
}

/** Adds requests to a file, one a line, as OTLP's JSON: what a collector's file exporter writes. */
export class Recorder implements Recording {
  readonly #stream: WriteStream;
  readonly #tell: (message: string) => void;
  readonly #recordingBytes: number;
  readonly #unsavedBytes: number;
  #size: number;
  #lost = 0;
  #ended = false;

  private constructor(
    stream: WriteStream,
    size: number,
    tell: (message: string) => void,
    { recordingBytes = LIMITS.recordingBytes, unsavedBytes = LIMITS.unsavedBytes }: RecorderLimits,
  ) {
    this.#stream = stream;
    this.#size = size;
    this.#tell = tell;
    this.#recordingBytes = recordingBytes;
    this.#unsavedBytes = unsavedBytes;
    stream.on('error', ({ message }) => this.#stop(message));
  }

  /**
   * Begins to add to a file, which is made where there is none.
   * @param tell is told once when nothing more can be saved, and at the end what was not
   * @throws (rejects with) what opening a file fails with
   */
  static async open(
    path: string,
    tell: (message: string) => void,
    limits: RecorderLimits = {},
  ): Promise<Recorder> {
    const handle = await open(path, 'a+', 0o600);
    const { size } = await handle.stat();
    const last = Buffer.alloc(1, '\n');
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const stream = handle.createWriteStream();
    const recorder = new Recorder(stream, size, tell, limits);
    if (last.toString() !== '\n') recorder.#write('\n');
    return recorder;
  }

  /** Adds one. Never throws; what can't be saved is counted. */
  request(toJson: () => object): void {
    if (this.#ended) this.#lost++;
    else if (this.#stream.writableLength > this.#unsavedBytes) this.#lose();
    else if (this.#size >= this.#recordingBytes) this.#stop(`it has ${this.#size} bytes`);
    else this.#add(toJson);
  }

  /** Settles when everything is in the file. Never rejects. */
  async close(): Promise<void> {
    if (this.#lost > 0) this.#tell(`${this.#lost} requests were not saved`);
    if (this.#stream.destroyed) return;
    this.#stream.end();
    await once(this.#stream, 'close').catch(() => {});
  }

  // What nobody reads may be nested deeper than JSON.stringify can go.
  #add(toJson: () => object): void {
    try {
      this.#write(`${JSON.stringify(toJson())}\n`);
    } catch {
      this.#lost++;
    }
  }

  #write(text: string): void {
    this.#size += Buffer.byteLength(text);
    this.#stream.write(text);
  }

  #lose(): void {
    if (this.#lost++ === 0) this.#tell('the disk is slow: some requests are not saved');
  }

  #stop(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#lost++;
    this.#tell(`nothing more is saved: ${reason}`);
  }
}
