import { type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Timings } from './rounds.js';

/** What a worker did in one turn, nanoseconds per piece of work. */
export interface Turn {
  /** Processor time of the worker itself. */
  readonly cpu: number;
  readonly wall: number;
}

/** Signals that a worker's telemetry produced. */
export type Told = Readonly<Record<string, number>>;

/** A process that does one variant's work when it is told to. */
export class Worker {
  readonly name: string;
  protected readonly child: ReturnType<typeof fork>;

  /**
   * @param file the compiled program, beside the caller's
   * @param options how it is started, beyond its arguments
   */
  constructor(
    name: string,
    file: URL,
    args: readonly string[] = [name],
    options: ForkOptions = {},
  ) {
    this.name = name;
    this.child = fork(fileURLToPath(file), args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      ...options,
    });
  }

  /** Does the work some times. @throws Error where the process has ended */
  turn(times: number): Promise<Turn> {
    return this.#ask(times) as Promise<Turn>;
  }

  /** Flushes, and tells what was produced. @throws Error where the process has ended */
  told(): Promise<Told> {
    return this.#ask('tell') as Promise<Told>;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }

  async #ask(question: number | 'tell'): Promise<unknown> {
    const over = new AbortController();
    const answer = once(this.child, 'message', over);
    const ended = once(this.child, 'exit', over).then(([code, signal]) => {
      throw new Error(`worker ${this.name} ended with ${signal ?? code}`);
    });
    this.child.send(question);
    const [message] = await Promise.race([answer, ended]);
    ended.catch(() => {});
    over.abort();
    return message;
  }
}

/** The worker's side: serves turns until the parent lets go. */
export function serveTurns(
  work: (times: number) => Promise<void>,
  tell: () => Promise<Told> = async () => ({}),
): void {
  process.on('message', async (question: number | 'tell') => {
    process.send?.(question === 'tell' ? await tell() : await takeTurn(work, question));
  });
  process.on('disconnect', () => process.exit(0));
}

async function takeTurn(work: (times: number) => Promise<void>, times: number): Promise<Turn> {
  const cpu = process.cpuUsage();
  const wall = process.hrtime.bigint();
  await work(times);
  const { user, system } = process.cpuUsage(cpu);
  return {
    cpu: ((user + system) * 1_000) / times,
    wall: Number(process.hrtime.bigint() - wall) / times,
  };
}

/** Gives workers turns in an order that rotates; one at a time works, the others wait. */
export async function takeTurnsApart(
  workers: readonly Worker[],
  { rounds, warmup, perTurn }: { rounds: number; warmup: number; perTurn: number },
): Promise<{ readonly cpu: Timings; readonly wall: Timings }> {
  const cpu = new Map(workers.map(({ name }) => [name, [] as number[]]));
  const wall = new Map(workers.map(({ name }) => [name, [] as number[]]));
  for (let round = -warmup; round < rounds; round++) {
    for (let place = 0; place < workers.length; place++) {
      const worker = workers[(place + Math.max(round, 0)) % workers.length] as Worker;
      const turn = await worker.turn(perTurn);
      if (round < 0) continue;
      cpu.get(worker.name)?.push(turn.cpu);
      wall.get(worker.name)?.push(turn.wall);
    }
  }
  return { cpu, wall };
}
