import { StringDecoder } from 'node:string_decoder';

/** The longest line that is told, in UTF-16 code units; the rest of a longer one is left out. */
export const LONGEST_LINE = 8_192;

/** Takes a stream of bytes apart into lines, without their ends. */
export class OutputLines {
  readonly #decoder = new StringDecoder('utf8');
  readonly #tell: (line: string, cut: boolean) => void;
  #rest = '';
  #cut = false;

  /** @param tell is told each line, and whether some of it was left out */
  constructor(tell: (line: string, cut: boolean) => void) {
    this.#tell = tell;
  }

  /** Takes the next bytes. */
  hear(piece: Buffer): void {
    const [first = '', ...others] = this.#decoder.write(piece).split('\n');
    this.#add(first);
    for (const part of others) {
      this.#flush();
      this.#add(part);
    }
  }

  /** Tells the last line, if its end is missing. */
  end(): void {
    this.#add(this.#decoder.end());
    if (this.#rest !== '' || this.#cut) this.#flush();
  }

  #add(part: string): void {
    const room = LONGEST_LINE - this.#rest.length;
    this.#cut ||= part.length > room;
    this.#rest += part.slice(0, room);
  }

  #flush(): void {
    this.#tell(this.#rest.replace(/\r$/, ''), this.#cut);
    this.#rest = '';
    this.#cut = false;
  }
}
