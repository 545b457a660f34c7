import { Writable } from 'node:stream';

/** A stream whose reader takes a chunk only when told to; `text` is what it has taken. */
export class SlowReader extends Writable {
  text = '';
  #release: (() => void) | undefined;
  #open = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const take = () => {
      this.text += chunk.toString();
      done();
    };
    if (this.#open) take();
    else this.#release = take;
  }

  get lines(): unknown[] {
    return this.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  }

  /** Takes all that comes from now on. */
  open(): this {
    this.#open = true;
    const release = this.#release;
    this.#release = undefined;
    release?.();
    return this;
  }
}
