import { setTimeout as pause } from 'node:timers/promises';
import type { ExecTelemetry } from 'otel-exec';
import type { Child, Launch } from './child.js';
import { childEnvironment } from './child-environment.js';
import type { Limits } from './limits.js';
import { startPiped } from './piped-child.js';
import { ExecProcess, type ProcessObserver } from './process.js';
import { CODES, limitExceeded, osError, RpcError } from './rpc-error.js';
import { startOnTerminal } from './terminal-child.js';
import type { Notification, StartParams } from './wire.js';

/** How many processes run, over all connections. */
export interface ProcessCount {
  running: number;
}

/** What the processes of a connection share with those of the others. */
export interface ProcessesOptions {
  readonly limits: Limits;
  readonly count: ProcessCount;
  readonly telemetry: ExecTelemetry | undefined;
  readonly notify: (notification: Notification) => void;
}

const POLL_MILLIS = 20;

/** The processes of one connection; they end with it. */
export class Processes implements ProcessObserver {
  readonly #options: ProcessesOptions;
  readonly #byId = new Map<string, ExecProcess>();
  readonly #closed = new Set<ExecProcess>();
  readonly #leftBehind = new Set<ExecProcess>();
  #ended = false;
  #paused = false;

  constructor(options: ProcessesOptions) {
    this.#options = options;
  }

  /**
   * Starts a process.
   * @throws RpcError where that can't be, with the reason
   */
  async start(params: StartParams): Promise<void> {
    this.#admit(params.processId);
    const { limits, count, telemetry } = this.#options;
    const lifecycle = telemetry?.process({
      id: params.processId,
      executable: params.argv[0],
      argv: params.argv,
      conversationId: params.metadata?.threadId ?? undefined,
      toolCallId: params.metadata?.toolCallId ?? undefined,
    });
    const process = new ExecProcess(params.processId, limits, this, lifecycle);
    const environment = childEnvironment(params);
    const launch: Launch = {
      argv: params.argv as [string, ...string[]],
      arg0: params.arg0 ?? undefined,
      cwd: params.cwd,
      env: lifecycle?.environment(environment) ?? environment,
      pipeStdin: params.pipeStdin,
    };
    this.#byId.set(process.id, process);
    count.running++;
    let child: Child;
    try {
      child = await (params.tty ? startOnTerminal : startPiped)(launch, process, lifecycle);
    } catch (error) {
      lifecycle?.spawnFailed(error);
      this.#byId.delete(process.id);
      count.running--;
      throw error instanceof RpcError ? error : osError(error);
    }
    process.spawned(child);
    if (this.#paused) process.pause();
  }

  /** The process with an id, while it is remembered. */
  find(id: string): ExecProcess | undefined {
    return this.#byId.get(id);
  }

  /** The process with an id. @throws RpcError where there is none */
  get(id: string): ExecProcess {
    const process = this.#byId.get(id);
    if (process === undefined) throw new RpcError(CODES.invalidRequest, `unknown process ${id}`);
    return process;
  }

  notify(notification: Notification): void {
    this.#options.notify(notification);
  }

  exited(process: ExecProcess): void {
    this.#options.count.running--;
    for (const other of this.#leftBehind) if (!other.groupAlive) this.#leftBehind.delete(other);
    if (process.groupAlive) this.#leftBehind.add(process);
  }

  closed(process: ExecProcess): void {
    this.#closed.add(process);
    this.#forgetOldest();
  }

  /** Holds the output of all back. */
  pause(): void {
    this.#paused = true;
    for (const process of this.#byId.values()) process.pause();
  }

  /** Lets the output of all come again. */
  resume(): void {
    this.#paused = false;
    for (const process of this.#byId.values()) process.resume();
  }

  /**
   * Ends all, and what they left behind: asks first, kills after the grace. Settles when nothing is
   * left, or has been killed.
   */
  async end(): Promise<void> {
    this.#ended = true;
    for (const process of this.#all) process.terminate();
    const deadline = performance.now() + this.#options.limits.killGraceMillis;
    while (this.#alive && performance.now() < deadline) await pause(POLL_MILLIS);
    this.kill();
    const killed = performance.now() + this.#options.limits.killGraceMillis;
    while (this.#running && performance.now() < killed) await pause(POLL_MILLIS);
  }

  /** The client is gone: nobody reads what they say. */
  abandon(): void {
    for (const process of this.#byId.values()) process.abandon();
  }

  /** Kills all at once. */
  kill(): void {
    for (const process of this.#all) process.kill();
  }

  get #all(): Iterable<ExecProcess> {
    return new Set([...this.#byId.values(), ...this.#leftBehind]);
  }

  get #running(): boolean {
    return [...this.#byId.values()].some((process) => process.running);
  }

  get #alive(): boolean {
    return this.#running || [...this.#leftBehind].some((process) => process.groupAlive);
  }

  #admit(id: string): void {
    const { limits, count } = this.#options;
    if (this.#ended) throw new RpcError(CODES.limitExceeded, 'the server is shutting down');
    if (this.#byId.has(id)) {
      throw new RpcError(CODES.invalidRequest, `process ${id} already exists`);
    }
    if (count.running >= limits.processes) throw limitExceeded('processes', limits.processes);
  }

  #forgetOldest(): void {
    const { retainedClosed, retainedClosedBytes } = this.#options.limits;
    let bytes = 0;
    for (const process of this.#closed) bytes += process.feed.retainedBytes;
    for (const process of this.#closed) {
      if (bytes <= retainedClosedBytes && this.#closed.size <= retainedClosed) return;
      bytes -= process.feed.retainedBytes;
      this.#closed.delete(process);
      this.#byId.delete(process.id);
    }
  }
}
