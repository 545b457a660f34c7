import type { Limits } from './limits.js';
import { OutputLog } from './output-log.js';
import { Production } from './production.js';
import type { Notification, OutputStream, ReadParams, ReadResult } from './wire.js';

/**
 * What one process has to tell, numbered from 1: its output, that it exited, that it closed. Everything
 * goes out as a notification at once, and can be read later within the limits.
 */
export class OutputFeed {
  readonly #processId: string;
  readonly #limits: Limits;
  readonly #notify: (notification: Notification) => void;
  readonly #log: OutputLog;
  readonly #waiting = new Set<() => void>();
  #nextSeq = 1;
  #exitCode: number | undefined;
  #closed = false;
  #abandoned = false;

  constructor(processId: string, limits: Limits, notify: (notification: Notification) => void) {
    this.#processId = processId;
    this.#limits = limits;
    this.#notify = notify;
    this.#log = new OutputLog(limits);
  }

  /** Bytes of output that it keeps. */
  get retainedBytes(): number {
    return this.#log.bytes;
  }

  /** Takes output. */
  output(stream: OutputStream, bytes: Buffer): void {
    if (this.#abandoned) return;
    this.#tell('process/output', this.#log.append(this.#nextSeq++, stream, bytes));
  }

  /** Tells of the exit, once. */
  exited(exitCode: number): void {
    if (this.#exitCode !== undefined) return;
    this.#exitCode = exitCode;
    this.#tell('process/exited', { seq: this.#nextSeq++, exitCode, sandboxDenied: false });
  }

  /** Tells that nothing more comes, once. */
  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tell('process/closed', { seq: this.#nextSeq++ });
  }

  /** Nobody listens any more; whoever waits is answered now. */
  abandon(): void {
    this.#abandoned = true;
    this.#wake();
  }

  /** Gives what comes after a number; where there is nothing yet, waits for it if that was asked for. */
  async read({ afterSeq, maxBytes, waitMs }: ReadParams): Promise<Production> {
    const after = afterSeq ?? 0;
    const deadline = performance.now() + Math.min(waitMs ?? 0, this.#limits.readWaitMillis);
    for (;;) {
      const left = deadline - performance.now();
      const exited = this.#exitCode !== undefined && after < this.#last;
      const news = this.#log.lastSeq > after || this.#closed || exited;
      if (news || left <= 0 || this.#abandoned) break;
      await this.#news(left);
    }
    const most = maxBytes ?? Number.POSITIVE_INFINITY;
    return new Production(this.#log.encodedBytes(after, most), () => this.#readNow(after, most));
  }

  get #last(): number {
    return this.#nextSeq - 1;
  }

  #readNow(after: number, maxBytes: number): ReadResult {
    const chunks = this.#log.after(after, maxBytes);
    return {
      chunks,
      nextSeq: (chunks.at(-1)?.seq ?? this.#last) + 1,
      exited: this.#exitCode !== undefined,
      exitCode: this.#exitCode ?? null,
      closed: this.#closed,
      failure: null,
      sandboxDenied: false,
    };
  }

  #news(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => wake(), millis);
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  #tell(method: Notification['method'], params: object): void {
    this.#wake();
    if (!this.#abandoned)
      this.#notify({ method, params: { processId: this.#processId, ...params } });
  }
}
