import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecTelemetry, Process, RequestOutcome } from 'otel-exec';

const ROUND_MILLIS = 400;
const QUEUE_MILLIS = 1200;

const ENDS: readonly RequestOutcome[] = [
  { result: 'success' },
  { result: 'error', code: -32000 },
  { result: 'cancelled' },
  { result: 'disconnected' },
];

/**
 * Does what an exec server in trouble does, by hand, until it is disposed: requests that wait too long in
 * a queue and end in every way, some that never end, and real processes with every outcome, one of which
 * runs all the time.
 */
export class TroubledServer implements AsyncDisposable {
  readonly #telemetry: ExecTelemetry;
  readonly #stop = new AbortController();
  readonly #children = new Set<ChildProcess>();
  readonly #work: Promise<void>;

  constructor(telemetry: ExecTelemetry) {
    this.#telemetry = telemetry;
    for (const transport of ['websocket', 'stdio']) telemetry.connection({ transport });
    this.#start('sleep', '3600');
    this.#work = this.#run();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      using _ = this.#telemetry.connection({ transport: 'websocket' });
      this.#request();
      this.#processes();
      await sleep(ROUND_MILLIS, undefined, { signal }).catch(() => {});
    }
  }

  #request(): void {
    const begun = ['initialize', 'process/start'].flatMap((method) =>
      [...ENDS, ...ENDS].map((end) => ({ request: this.#telemetry.request({ method }), end })),
    );
    this.#telemetry.request({ method: 'process/read' });
    void sleep(QUEUE_MILLIS, undefined, { signal: this.#stop.signal })
      .catch(() => {})
      .then(() => {
        for (const { request, end } of begun) {
          request.dequeued();
          request.settle(end);
        }
      });
  }

  #processes(): void {
    this.#start('true');
    this.#start('false');
    this.#start('otel-exec-no-such-program');
    const { child, observed } = this.#start('sleep', '3600');
    child.once('spawn', () => {
      observed.terminationRequested();
      child.kill();
    });
    using _ = this.#telemetry.process({ executable: 'lost' });
  }

  #start(executable: string, ...args: string[]): { child: ChildProcess; observed: Process } {
    const observed = this.#telemetry.process({ executable });
    const child = spawn(executable, args, { stdio: 'ignore' });
    observed.observe(child);
    child.once('error', () => {});
    if (child.pid !== undefined) {
      this.#children.add(child);
      child.once('exit', () => this.#children.delete(child));
    }
    return { child, observed };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#work;
    const exits = [...this.#children].map((child) => once(child, 'exit'));
    for (const child of this.#children) child.kill();
    await Promise.all(exits);
  }
}
