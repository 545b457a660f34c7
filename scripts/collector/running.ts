import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { adoptChild } from './children.js';
import { locateCollector, plainEnvironment } from './location.js';

/** How a collector's process ended: one of the two is null. */
export interface CollectorExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What to start. */
export interface StartOptions {
  /** Configuration files or URIs, merged in this order. */
  readonly config: string | readonly string[];
  /** Added to this process's environment, from which `OTELCOL_*` is left out. */
  readonly env?: Readonly<Record<string, string>>;
  /** More arguments for the collector. */
  readonly args?: readonly string[];
  /** The collector. Default: what `locateCollector` finds. */
  readonly binary?: string;
  /** Where relative paths in the configuration begin. Default: this process's directory. */
  readonly cwd?: string;
  /** Milliseconds until it has to be ready. Default: 30,000. */
  readonly readyWithin?: number;
}

/** A collector that takes data. */
export interface RunningCollector extends AsyncDisposable {
  readonly pid: number;
  /** Settles when the process has ended and its output has been read. */
  readonly exited: Promise<CollectorExit>;
  /** The last megabyte of what it has written to stdout and stderr. */
  output(): string;
  /** Waits until its output, from the start, matches. Rejects when time is up or it has ended. */
  waitForOutput(pattern: RegExp, withinMilliseconds?: number): Promise<RegExpExecArray>;
  /** Lets the process hang (SIGSTOP): its sockets still accept, and nothing answers. */
  freeze(): void;
  /** Ends a `freeze`. */
  thaw(): void;
  /** SIGTERM, and SIGKILL if that takes too long (default: 10,000 ms). Waits for the end. */
  stop(withinMilliseconds?: number): Promise<CollectorExit>;
  /** SIGKILL. Waits for the end. */
  kill(): Promise<CollectorExit>;
}

/**
 * Milliseconds to wait after the ready log before a signal. Collector 0.152.0 says that it is ready
 * before it handles signals, so that a SIGTERM in between kills it:
 * https://github.com/open-telemetry/opentelemetry-collector/blob/v0.152.0/otelcol/collector.go#L344-L372
 */
export const signalGap = 50;

const ready = /Everything is ready\. Begin running and processing data\./;
const kept = 1_048_576;

/**
 * Starts a collector and waits until it says that it is ready. It ends with this process at the
 * latest. Rejects with its output if it ends or isn't ready in time.
 */
export async function startCollector(options: StartOptions): Promise<RunningCollector> {
  const binary = options.binary ?? (await locateCollector());
  const configs = typeof options.config === 'string' ? [options.config] : options.config;
  const args = [...configs.map((config) => `--config=${config}`), ...(options.args ?? [])];
  const child = adoptChild(
    spawn(binary, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...plainEnvironment(), ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    }),
  );
  const collector = new CollectorProcess(child);
  try {
    await collector.waitForOutput(ready, options.readyWithin ?? 30_000);
    await setTimeout(signalGap);
  } catch (error) {
    await collector.kill();
    throw error;
  }
  return collector;
}

class CollectorProcess implements RunningCollector {
  readonly pid: number;
  readonly exited: Promise<CollectorExit>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #watchers = new Set<() => void>();
  #output = '';
  #ended = false;

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child;
    this.pid = child.pid ?? -1;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#append(text));
    }
    this.exited = new Promise((resolve) => {
      const end = (exit: CollectorExit) => {
        this.#ended = true;
        this.#tell();
        resolve(exit);
      };
      child.once('error', (error) => {
        this.#append(`${error}\n`);
        if (child.pid === undefined) end({ code: 127, signal: null });
      });
      child.once('close', (code, signal) => end({ code, signal }));
    });
  }

  output(): string {
    return this.#output;
  }

  waitForOutput(pattern: RegExp, withinMilliseconds = 10_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const fail = (why: string) => {
        finish();
        reject(new Error(`The collector ${why} before ${pattern}:\n${this.#output}`));
      };
      const look = () => {
        const match = pattern.exec(this.#output);
        if (match !== null) {
          finish();
          resolve(match);
        } else if (this.#ended) {
          fail('ended');
        }
      };
      const timer = globalThis.setTimeout(
        () => fail(`ran ${withinMilliseconds} ms`),
        withinMilliseconds,
      );
      this.#watchers.add(look);
      look();
    });
  }

  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async stop(withinMilliseconds = 10_000): Promise<CollectorExit> {
    const timer = globalThis.setTimeout(() => this.#child.kill('SIGKILL'), withinMilliseconds);
    this.thaw();
    this.#child.kill('SIGTERM');
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  kill(): Promise<CollectorExit> {
    this.#child.kill('SIGKILL');
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #append(text: string): void {
    this.#output = (this.#output + text).slice(-kept);
    this.#tell();
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
