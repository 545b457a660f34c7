import type { ChildProcess } from 'node:child_process';
import { errorMonitor } from 'node:events';
import { type Environment, type EnvironOptions, injectEnvironment } from '../carriers/environ.js';
import type { ProcessFacts, ProcessOutcome, ProcessUsage } from '../conventions/facts.js';
import { errorTypeOf } from './error-type.js';
import { Lifecycle } from './lifecycle.js';

const UNKNOWN: ProcessOutcome = { result: 'unknown', errorType: 'unknown' };

/**
 * A process, from the moment its start is asked for to its exit, however long its streams stay open
 * after that. Left without a word it is `unknown`.
 */
export class Process extends Lifecycle<ProcessFacts, ProcessOutcome> {
  #terminationRequested = false;

  protected override fallback(): ProcessOutcome {
    return UNKNOWN;
  }

  protected override failedBy(error: unknown): ProcessOutcome {
    return { result: 'error', errorType: errorTypeOf(error), error };
  }

  /**
   * The environment for the child: a copy that carries this process's context.
   * @param environment what to copy; default `process.env`
   * @see {@link injectEnvironment}
   */
  environment(
    environment: Environment = process.env,
    options?: EnvironOptions,
  ): Record<string, string | undefined> {
    return injectEnvironment(this.context, environment, options);
  }

  /** Call it when the child has spawned. Returns whether this call counted; false from the second on. */
  spawned(pid: number | undefined): boolean {
    return this.start(pid);
  }

  /**
   * Call it when somebody asks for its end: however it exits from now on, it was `terminated`. Returns whether
   * this call counted; false from the second on.
   */
  terminationRequested(): boolean {
    if (this.settled || this.#terminationRequested) return false;
    this.#terminationRequested = true;
    return true;
  }

  /** Ends it because it could not be started. Returns whether this call ended it. */
  spawnFailed(error: unknown): boolean {
    return this.end({ result: 'spawn_failed', errorType: errorTypeOf(error), error });
  }

  /**
   * Ends it because it exited. Returns whether this call ended it.
   * @param code its exit code; null where a signal killed it
   * @param signal the signal that killed it, or null
   * @param usage what it has used, where that is known
   * @see https://nodejs.org/api/child_process.html#event-exit
   */
  exited(code: number | null, signal: string | null, usage?: ProcessUsage): boolean {
    const exitCode = typeof code === 'number' ? code : undefined;
    const killer = typeof signal === 'string' ? signal : undefined;
    const exit = { exitCode, signal: killer, usage };
    if (this.#terminationRequested) return this.end({ result: 'terminated', ...exit });
    if (exitCode === 0) return this.end({ result: 'success', ...exit });
    const errorType =
      killer ?? (exitCode === undefined ? errorTypeOf(undefined) : String(exitCode));
    return this.end({ result: 'error', ...exit, errorType });
  }

  /**
   * Follows a child process of Node: its spawn, its exit, or its spawn error. Nothing about the child
   * changes; an `error` that nobody else listens for still throws.
   */
  observe(child: ChildProcess): this {
    if (child.exitCode !== null || child.signalCode !== null) {
      this.exited(child.exitCode, child.signalCode);
      return this;
    }
    if (child.pid !== undefined) this.tellCompanions(child.pid);
    // Node's documentation: `error` also tells of a failed kill or message, which ends nothing.
    child.once(errorMonitor as unknown as 'error', (error: unknown) => {
      if (child.pid === undefined) this.spawnFailed(error);
    });
    child.once('spawn', () => this.spawned(child.pid));
    child.once('exit', (code, signal) => this.exited(code, signal));
    return this;
  }
}
