import type { TellLost } from './sink.js';

/**
 * How many bytes a pipe takes by one write(2) whole or not at all, so that nothing of another writer comes
 * between them. A UNIX domain socket, which is what Node gives its children for a pipe, takes as many whole.
 *
 * Law: https://pubs.opengroup.org/onlinepubs/9799919799/functions/write.html ("Write requests of {PIPE_BUF}
 * bytes or less shall not be interleaved"); 4,096 on Linux, https://man7.org/linux/man-pages/man7/pipe.7.html,
 * and at least 512 elsewhere.
 */
export const PIPE_BUF = process.platform === 'linux' ? 4096 : 512;

/** Whole lines that are written by one write(2): at most `PIPE_BUF` bytes, or one line that is longer. */
export interface Piece {
  text: string;
  bytes: number;
  lines: number;
  readonly tellLost: TellLost;
}

/** Lines that wait to be written, gathered into pieces. */
export class PieceQueue {
  readonly #pieces: Piece[] = [];
  #bytes = 0;

  /** What waits, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The piece that is next. */
  get first(): Piece | undefined {
    return this.#pieces[0];
  }

  /** Adds a line to the last piece, if it fits there, or as a piece of its own. */
  push(line: string, tellLost: TellLost): void {
    const bytes = Buffer.byteLength(line);
    const last = this.#pieces.at(-1);
    this.#bytes += bytes;
    if (last === undefined || last.tellLost !== tellLost || last.bytes + bytes > PIPE_BUF) {
      this.#pieces.push({ text: line, bytes, lines: 1, tellLost });
      return;
    }
    last.text += line;
    last.bytes += bytes;
    last.lines++;
  }

  /** Takes the piece that is next out of the queue. */
  shift(): Piece | undefined {
    const piece = this.#pieces.shift();
    this.#bytes -= piece?.bytes ?? 0;
    return piece;
  }

  /** Takes all pieces out. */
  clear(): Piece[] {
    this.#bytes = 0;
    return this.#pieces.splice(0);
  }
}
