import type { Process } from 'otel-exec';
import type { Child, ChildListener } from './child.js';
import type { Limits } from './limits.js';
import { OutputFeed } from './output-feed.js';
import { exitCodeOf } from './process-group.js';
import type { Notification, OutputStream, WriteParams, WriteStatus } from './wire.js';

/** Who wants to know how a process fares. */
export interface ProcessObserver {
  notify(notification: Notification): void;
  /** It exited: it no longer counts as running. */
  exited(process: ExecProcess): void;
  /** Nothing more comes from it. */
  closed(process: ExecProcess): void;
}

/** One process of one connection, and what its client may do to it. */
export class ExecProcess implements ChildListener {
  readonly id: string;
  /** What it has to tell. */
  readonly feed: OutputFeed;
  readonly #limits: Limits;
  readonly #observer: ProcessObserver;
  readonly #lifecycle: Process | undefined;
  readonly #writeIds = new Set<string>();
  readonly #signalsSent = new Set<NodeJS.Signals>();
  #child: Child | undefined;
  #exitCode: number | undefined;
  #terminating = false;
  #abandoned = false;
  #drain: NodeJS.Timeout | undefined;
  #kill: NodeJS.Timeout | undefined;

  constructor(
    id: string,
    limits: Limits,
    observer: ProcessObserver,
    lifecycle: Process | undefined,
  ) {
    this.id = id;
    this.feed = new OutputFeed(id, limits, (notification) => observer.notify(notification));
    this.#limits = limits;
    this.#observer = observer;
    this.#lifecycle = lifecycle;
  }

  /** Whether it has not exited. */
  get running(): boolean {
    return this.#exitCode === undefined;
  }

  /** Whether anything of its process group is left, as far as can be known: itself or a descendant. */
  get groupAlive(): boolean {
    return this.#child?.group.alive ?? false;
  }

  /** Takes the child that was started for it. */
  spawned(child: Child): void {
    this.#child = child;
    if (!this.running) child.group.leaderExited();
    if (this.#terminating) this.terminate();
  }

  output(stream: OutputStream, bytes: Buffer): void {
    this.feed.output(stream, bytes);
  }

  exited(code: number | null, signal: string | null): void {
    this.#child?.group.leaderExited();
    const exitCode = exitCodeOf(code, signal);
    const asked = [...this.#signalsSent].some((sent) => exitCodeOf(null, sent) === exitCode);
    if (asked) this.#lifecycle?.terminationRequested();
    this.#exitCode = exitCode;
    if (!this.groupAlive) clearTimeout(this.#kill);
    if (this.#abandoned) this.#child?.abandon();
    this.#drain = setTimeout(() => this.feed.exited(exitCode), this.#limits.drainMillis);
    this.#observer.exited(this);
  }

  closed(): void {
    if (this.#exitCode === undefined) return;
    clearTimeout(this.#drain);
    this.feed.exited(this.#exitCode);
    this.feed.closed();
    this.#observer.closed(this);
  }

  /** Writes to its input; the same `writeId` a second time changes nothing. */
  async write({ chunk, writeId, closeStdin }: WriteParams): Promise<WriteStatus> {
    if (this.#child === undefined || !this.running) return 'stdinClosed';
    if (typeof writeId === 'string' && !this.#isNewWrite(writeId)) return 'accepted';
    const taken = chunk.length === 0 || (await this.#child.write(chunk));
    if (closeStdin) this.#child.closeStdin();
    return taken ? 'accepted' : 'stdinClosed';
  }

  /** Sends it and its descendants a signal; if it dies of it, that was asked for. */
  signal(signal: NodeJS.Signals): void {
    if (!this.running || this.#child === undefined) return;
    this.#signalsSent.add(signal);
    this.#child.group.signal(signal);
  }

  /**
   * Asks it and its descendants to end, and kills what is left of them after the grace.
   * @returns whether it was running
   */
  terminate(): boolean {
    const { running } = this;
    this.#terminating = true;
    if (running) this.#lifecycle?.terminationRequested();
    if (this.groupAlive) {
      this.#child?.group.signal('SIGTERM');
      this.#kill ??= setTimeout(() => this.kill(), this.#limits.killGraceMillis);
    }
    return running;
  }

  /** Kills it and its descendants. */
  kill(): void {
    clearTimeout(this.#kill);
    if (this.running) this.#lifecycle?.terminationRequested();
    this.#child?.group.signal('SIGKILL');
  }

  /** Reads no more of its output for the moment, so that it waits once the pipe is full. */
  pause(): void {
    if (!this.#abandoned) this.#child?.pause();
  }

  /** Reads its output again. */
  resume(): void {
    this.#child?.resume();
  }

  /** Its client is gone: what it says from now on is thrown away. */
  abandon(): void {
    this.#abandoned = true;
    this.feed.abandon();
    this.resume();
    if (!this.running) this.#child?.abandon();
  }

  #isNewWrite(writeId: string): boolean {
    if (this.#writeIds.has(writeId)) return false;
    this.#writeIds.add(writeId);
    if (this.#writeIds.size > this.#limits.retainedWriteIds) {
      for (const oldest of this.#writeIds) {
        this.#writeIds.delete(oldest);
        break;
      }
    }
    return true;
  }
}
