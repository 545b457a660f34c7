import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { SignalCapture } from 'otel-exec/testing';
import { startProgram } from './register/program.js';

/** A process as its host told of it before it was killed. */
export interface OpenProcess {
  readonly id: string;
  readonly pid: number;
  readonly traceId: string;
}

/** Less than a spec may take, so that what is waited for in vain is told, and waited for no longer. */
const PATIENCE_MILLIS = 15_000;

/** A directory for a journal, and hosts that keep it. */
export class JournalFolder implements Disposable {
  readonly path: string;
  readonly #processes: OpenProcess[] = [];

  constructor() {
    this.path = join(mkdtempSync(join(tmpdir(), 'journal-')), 'of a service');
  }

  /** The files in it. */
  get files(): string[] {
    return readdirSync(this.path).map((name) => join(this.path, name));
  }

  /** Waits until nothing is in it. @throws Error where something stays */
  async untilEmpty(): Promise<void> {
    for (const deadline = performance.now() + PATIENCE_MILLIS; performance.now() < deadline; ) {
      if (this.files.length === 0) return;
      await pause(5);
    }
    throw new Error('something stays in the journal');
  }

  /** Runs a host that starts processes that sleep, and is killed while they are open. */
  async lose(count: number, options = {}): Promise<readonly OpenProcess[]> {
    const program = startProgram(host(count, { journal: this.path, ...options }), { flags: [] });
    program.stderr?.pipe(process.stderr, { end: false });
    // What a dying program writes to is closed before the program has ended.
    const ended = once(program, 'exit');
    const output = await text(program.stdout as NodeJS.ReadableStream);
    await ended;
    const processes = JSON.parse(output) as OpenProcess[];
    this.#processes.push(...processes);
    return processes;
  }

  /** Kills what is left of the processes, and removes the directory. */
  [Symbol.dispose](): void {
    for (const { pid } of this.#processes) kill(pid);
    rmSync(join(this.path, '..'), { recursive: true, force: true });
  }
}

/** Kills processes, and waits until they have ended, reaped or not. */
export async function end(pids: readonly number[]): Promise<void> {
  for (const pid of pids) kill(pid);
  while (pids.some(runs)) await pause(5);
}

function runs(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** Kills a process that may have ended. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}

/** Waits until so many events were captured. @throws Error where they don't come */
export async function untilTold(capture: SignalCapture, count: number) {
  for (const deadline = performance.now() + PATIENCE_MILLIS; performance.now() < deadline; ) {
    const signals = await capture.signals();
    if (signals.events.length >= count) return signals;
    await pause(5);
  }
  throw new Error(`fewer than ${count} events were told`);
}

/** A child that sleeps. */
export async function startSleeping(): Promise<ChildProcess & { pid: number }> {
  const child = spawn('sleep', ['100'], { stdio: 'ignore' });
  await once(child, 'spawn');
  return child as ChildProcess & { pid: number };
}

function host(count: number, options: object): string {
  return `
    import { spawn } from 'node:child_process';
    import { once } from 'node:events';
    import { writeSync } from 'node:fs';
    import { trace } from '@opentelemetry/api';
    import { ExecTelemetry } from 'otel-exec';
    import { SignalCapture } from 'otel-exec/testing';
    const capture = new SignalCapture();
    const telemetry = new ExecTelemetry({ ...capture.providers, ...${JSON.stringify(options)} });
    const opened = [];
    const done = telemetry.process({ id: 'done', executable: 'true' });
    await new Promise(setImmediate);
    for (let at = 0; at < ${count}; at++) {
      const lifecycle = telemetry.process({
        id: 'p' + at,
        executable: '/bin/sleep',
        argv: ['sleep', '100'],
      });
      const child = spawn('sleep', ['100'], { stdio: 'ignore', detached: true });
      lifecycle.observe(child);
      await once(child, 'spawn');
      const { traceId } = trace.getSpanContext(lifecycle.context);
      opened.push({ id: 'p' + at, pid: child.pid, traceId });
    }
    done.exited(0, null);
    writeSync(1, JSON.stringify(opened));
    process.kill(process.pid, 'SIGKILL');
  `;
}
