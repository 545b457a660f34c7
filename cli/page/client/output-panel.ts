import { make } from './dom.js';
import type { OutputMessage } from './feed-message.js';
import { TerminalText } from './terminal-text.js';

const NEAR_END = 24;

/** Reads the output of a subject until it ends or the signal is aborted. */
export type ReadOutput = (subject: string, signal: AbortSignal) => AsyncIterable<OutputMessage>;

/** Shows the output of the subject that is selected, and reads it for as long as it is. */
export class OutputPanel {
  readonly #read: ReadOutput;
  #subject: string | undefined;
  #text = new TerminalText();
  #reading = new AbortController();
  #ended = false;
  #shown: HTMLElement | undefined;
  #painting = false;

  constructor(read: ReadOutput) {
    this.#read = read;
  }

  /** The section for a subject, which is filled as the output comes. */
  of(subject: string): HTMLElement {
    if (subject !== this.#subject) this.#begin(subject);
    this.#shown = make('pre', {
      class: 'output',
      tabindex: '0',
      'aria-label': 'Output',
      'data-key': 'output',
    });
    this.#paintSoon();
    return make('section', {}, make('h3', {}, 'Output'), this.#shown);
  }

  /** Nothing is selected that has output. */
  clear(): void {
    this.#reading.abort();
    this.#subject = undefined;
    this.#shown = undefined;
    this.#text = new TerminalText();
  }

  #begin(subject: string): void {
    this.clear();
    this.#subject = subject;
    this.#ended = false;
    this.#reading = new AbortController();
    void this.#readAll(subject, this.#reading.signal);
  }

  async #readAll(subject: string, signal: AbortSignal): Promise<void> {
    try {
      for await (const { stream, chunk } of this.#read(subject, signal)) {
        if (signal.aborted) return;
        this.#text.write(stream, bytesOf(chunk));
        this.#paintSoon();
      }
    } catch {
      if (signal.aborted) return;
    }
    this.#ended = true;
    this.#paintSoon();
  }

  #paintSoon(): void {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => {
      this.#painting = false;
      this.#paint();
    });
  }

  /** Shows what there is by now, and stays at its end unless somebody scrolled away from it. */
  #paint(): void {
    const pre = this.#shown;
    if (pre === undefined) return;
    const { lines, cut } = this.#text;
    const last = lines.at(-1)?.text === '' ? lines.length - 1 : lines.length;
    const following = pre.scrollHeight - pre.scrollTop - pre.clientHeight < NEAR_END;
    const shown = lines
      .slice(0, last)
      .map(({ stream, text }) =>
        make('span', { class: stream, ...(stream === 'stderr' && { title: stream }) }, `${text}\n`),
      );
    if (cut) shown.unshift(make('span', { class: 'muted' }, '… the beginning is not kept\n'));
    if (shown.length === 0) {
      shown.push(make('span', { class: 'muted' }, this.#ended ? 'no output' : 'nothing yet'));
    }
    pre.replaceChildren(...shown);
    if (following) pre.scrollTop = pre.scrollHeight;
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
