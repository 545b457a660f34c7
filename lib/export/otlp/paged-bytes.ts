import { givePage, PAGE, takePage } from './pages.js';

/** Bytes of a first page. */
const FIRST_PAGE = 8 * 1024;
/** How much larger each page is than the one before. */
const GROWTH = 8;

/**
 * Bytes of one message after the other, in pages that are never moved: only what was written of the latest
 * message is, where a page ends in the middle of it.
 */
export abstract class PagedBytes {
  protected page: Buffer;
  /** Where the next byte goes in the page. */
  protected position = 0;
  /** Where the latest message begins in the page. */
  protected begin = 0;
  readonly #full: Uint8Array[] = [];
  readonly #fullPages: Buffer[] = [];
  #fullBytes = 0;

  /** @param bytes of the first page */
  constructor(bytes = FIRST_PAGE) {
    this.page = takePage(bytes);
  }

  /** Bytes of everything that was written. */
  get length(): number {
    return this.#fullBytes + this.position;
  }

  /** What was written, in order. */
  get chunks(): Uint8Array[] {
    const rest = this.page.subarray(0, this.position);
    return rest.length === 0 ? this.#full : [...this.#full, rest];
  }

  /** Begins the next message: from now on {@link PagedBytes.undo} takes back no more than this one. */
  mark(): void {
    this.begin = this.position;
  }

  /** Takes back what was written since the last mark. */
  undo(): void {
    this.position = this.begin;
  }

  /** Gives the pages back; nothing may be written or read from then on. */
  release(): void {
    for (const page of [...this.#fullPages, this.page]) givePage(page);
  }

  /** Makes room in the page; what was written of the latest message may be elsewhere from then on. */
  protected reserve(bytes: number): void {
    if (this.position + bytes > this.page.length) this.#turn(bytes);
  }

  #turn(bytes: number): void {
    const page = this.page;
    const written = this.position - this.begin;
    if (this.begin > 0) {
      this.#full.push(page.subarray(0, this.begin));
      this.#fullBytes += this.begin;
      this.#fullPages.push(page);
    }
    this.page = takePage(Math.max(Math.min(page.length * GROWTH, PAGE), 2 * written + bytes));
    page.copy(this.page, 0, this.begin, this.position);
    this.begin = 0;
    this.position = written;
  }
}
