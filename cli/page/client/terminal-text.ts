const MAX_LINES = 2_000;
const MAX_CHARACTERS = 256 * 1024;
const MAX_LINE = 8 * 1024;

/** A line of output. */
export interface TerminalLine {
  readonly stream: string;
  text: string;
}

/**
 * What a program wrote, as lines of plain text. Escape sequences are left out, a carriage return begins
 * the line anew, and only the end of much output is kept.
 */
export class TerminalText {
  readonly #decoders = new Map<string, TextDecoder>();
  readonly #escapes = new Map<string, string>();
  #lines: TerminalLine[] = [];
  #characters = 0;
  #returned = false;
  #cut = false;

  get lines(): readonly TerminalLine[] {
    return this.#lines;
  }

  /** Whether the beginning is gone. */
  get cut(): boolean {
    return this.#cut;
  }

  /** Takes a piece of output. */
  write(stream: string, bytes: Uint8Array): void {
    const decoder = this.#decoders.get(stream) ?? new TextDecoder();
    this.#decoders.set(stream, decoder);
    const text = (this.#escapes.get(stream) ?? '') + decoder.decode(bytes, { stream: true });
    const open = UNFINISHED.exec(text);
    this.#escapes.set(stream, open?.[0].slice(0, 64) ?? '');
    const shown = (open ? text.slice(0, open.index) : text).replaceAll(ESCAPES, '');
    for (const part of shown.split(/(\r?\n|\r|[\b])/)) this.#take(stream, part);
    this.#forget();
  }

  #take(stream: string, part: string): void {
    if (part === '') return;
    const last = this.#lines.at(-1);
    if (part === '\r') this.#returned = true;
    else if (part === '\b') this.#edit(last, last?.text.slice(0, -1) ?? '');
    else if (part.endsWith('\n')) this.#end(stream);
    else if (last === undefined || (last.stream !== stream && last.text !== '')) {
      this.#edit(this.#begin(stream), part);
    } else {
      const kept = this.#returned ? '' : last.text;
      this.#returned = false;
      if (last.text === '') Object.assign(last, { stream });
      this.#edit(last, (kept + part).slice(0, MAX_LINE));
    }
  }

  #end(stream: string): void {
    if (this.#lines.length === 0) this.#begin(stream);
    this.#begin(stream);
  }

  #begin(stream: string): TerminalLine {
    const line = { stream, text: '' };
    this.#returned = false;
    this.#lines.push(line);
    this.#characters++;
    return line;
  }

  #edit(line: TerminalLine | undefined, text: string): void {
    if (line === undefined) return;
    this.#characters += text.length - line.text.length;
    line.text = text;
  }

  #forget(): void {
    let first = 0;
    while (this.#lines.length - first > MAX_LINES || this.#characters > MAX_CHARACTERS) {
      this.#characters -= (this.#lines[first]?.text.length ?? 0) + 1;
      first++;
    }
    if (first === 0) return;
    this.#lines = this.#lines.slice(first);
    this.#cut = true;
  }
}

// ECMA-48, 5.4 (control sequences) and 8.3.89 (operating system commands), and what is no text at all.
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\x00-\x07\x0b\x0c\x0e-\x1f\x7f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: likewise
const UNFINISHED = /\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?)?$/;
