import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** One line of the lines exporter, parsed. */
export interface CapturedLine {
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly target: string;
}

/** What to wait for. */
export interface LineWait {
  /** Milliseconds to wait at most. Default 10,000. */
  readonly timeoutMillis?: number;
  /** Which of the events of that name. Default: any that nobody has waited for yet. */
  readonly where?: (fields: CapturedLine['fields']) => boolean;
}

const DEFAULT_TIMEOUT = 10_000;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];

/**
 * Takes the lines that a child program writes, usually on its stderr, and checks the shape of each.
 *
 * ```ts
 * const lines = new LineCapture(child.stderr);
 * const line = await lines.event('codex.exec_server_process');
 * assert.equal(line.fields.result, 'success');
 * ```
 */
export class LineCapture {
  readonly #raw: string[] = [];
  readonly #lines: CapturedLine[] = [];
  readonly #faults: string[] = [];
  readonly #taken = new Set<CapturedLine>();
  readonly #waiting = new Set<() => void>();
  readonly #began = performance.now();
  readonly #ended: Promise<void>;
  #endedAt: number | undefined;
  #error: Error | undefined;

  /** @param stream where the lines come from; the capture reads it to its end */
  constructor(stream: Readable) {
    const reader = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
    reader.on('line', (line) => this.#take(line));
    reader.once('error', (error) => {
      this.#error = error;
      reader.close();
    });
    stream.once('close', () => reader.close());
    this.#ended = new Promise((resolve) => {
      reader.once('close', () => {
        this.#endedAt = performance.now();
        resolve();
      });
    });
  }

  /** The well-formed lines that arrived, in order. */
  get lines(): readonly CapturedLine[] {
    return this.#lines;
  }

  /** Everything that arrived, in order, as it was. */
  get raw(): readonly string[] {
    return this.#raw;
  }

  /**
   * Waits for an event, one that has arrived already or one still to come, and takes it: the next call
   * with the same name gives another one.
   * @throws Error that shows what did arrive, when the time runs out or the stream ends, and says which
   */
  async event(name: string, wait: LineWait = {}): Promise<CapturedLine> {
    const { timeoutMillis = DEFAULT_TIMEOUT, where = () => true } = wait;
    const find = () =>
      this.#lines.find(
        (line) =>
          !this.#taken.has(line) && line.fields['event.name'] === name && where(line.fields),
      );
    const found = find() ?? (await this.#next(find, timeoutMillis));
    if (found === undefined) throw new Error(this.#report(name, timeoutMillis));
    this.#taken.add(found);
    return found;
  }

  /**
   * Waits for the end of the stream and gives all lines.
   * @throws Error that names each line that is not of the right shape
   */
  async end(): Promise<readonly CapturedLine[]> {
    await this.#ended;
    if (this.#faults.length > 0) throw new Error(this.#faults.join('\n'));
    return this.#lines;
  }

  #take(raw: string): void {
    this.#raw.push(raw);
    const parsed = parse(raw);
    if (typeof parsed === 'string') this.#faults.push(`${parsed}: ${raw}`);
    else this.#lines.push(parsed);
    for (const wake of this.#waiting) wake();
  }

  #next(
    find: () => CapturedLine | undefined,
    timeoutMillis: number,
  ): Promise<CapturedLine | undefined> {
    return new Promise((resolve) => {
      const finish = (line: CapturedLine | undefined) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(line);
      };
      const wake = () => {
        const line = find();
        if (line !== undefined) finish(line);
      };
      const timer = setTimeout(finish, timeoutMillis, undefined);
      this.#waiting.add(wake);
      void this.#ended.then(() => finish(find()));
    });
  }

  #report(name: string, timeoutMillis: number): string {
    const arrived = this.#raw.length === 0 ? '  (nothing)' : `  ${this.#raw.join('\n  ')}`;
    return `no event ${name} ${this.#until(timeoutMillis)}; what arrived:\n${arrived}`;
  }

  #until(timeoutMillis: number): string {
    if (this.#endedAt === undefined) return `within ${timeoutMillis} ms`;
    const age = `${Math.round(this.#endedAt - this.#began)} ms after the capture began`;
    if (this.#error === undefined) return `before the stream ended, ${age}`;
    return `before the stream broke, ${age} (${this.#error.message})`;
  }
}

function parse(raw: string): CapturedLine | string {
  let line: Partial<CapturedLine> | null;
  try {
    line = JSON.parse(raw);
  } catch {
    return 'not JSON';
  }
  if (typeof line !== 'object' || line === null) return 'not an object';
  const keys = Object.keys(line).join();
  if (keys !== 'timestamp,level,fields,target') return `members are ${keys}`;
  if (!TIMESTAMP.test(String(line.timestamp))) return 'timestamp is not RFC 3339 with milliseconds';
  if (!LEVELS.includes(String(line.level))) return 'unknown level';
  if (typeof line.target !== 'string') return 'target is not a string';
  if (typeof line.fields !== 'object' || line.fields === null) return 'fields is not an object';
  return line as CapturedLine;
}
