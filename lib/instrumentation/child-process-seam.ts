import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { complain, warn } from '../complain.js';
import { MethodPatch } from './child-process-patch.js';

/** The forms that return when the child has ended. */
export type SyncForm = 'spawnSync' | 'execSync' | 'execFileSync';

/** Who watches the starts of child processes. */
export interface ChildProcessObserver {
  /**
   * An asynchronous start, whichever function it came from.
   * @param options what Node has made of the caller's arguments
   * @param start does it, exactly once
   */
  spawn(child: ChildProcess, options: unknown, start: (options: unknown) => unknown): unknown;
  /** A signal was sent with `child.kill()`, which timeouts and AbortSignals do too. */
  killed(child: ChildProcess, signal: unknown): void;
  /**
   * A start that returns when the child has ended.
   * @param run does it, exactly once
   */
  spawnSync(
    form: SyncForm,
    args: readonly unknown[],
    run: (args: readonly unknown[]) => unknown,
  ): unknown;
}

interface Seam {
  readonly observers: ChildProcessObserver[];
  patches?: MethodPatch[];
}

/*
 * `ChildProcess.prototype.spawn` is where spawn, exec, execFile, fork, their promisified forms and cluster
 * meet, whenever and however a caller imported them. The Sync forms meet in an internal binding alone, so
 * that their exports are what can be replaced.
 *
 * The seam is the process's, not this copy's: two copies of the package see each other.
 */
const SEAM = Symbol.for('otel-exec.child_process.seam.1');

/**
 * Watches the child processes of this process. Where several want to, the first does, and the next one
 * once that has stopped, so that nothing is seen twice.
 */
export function watchChildProcesses(observer: ChildProcessObserver): void {
  const seam = theSeam();
  if (seam.observers.includes(observer)) return;
  if (seam.observers.push(observer) > 1) {
    warn('child processes are observed already; another instrumentation waits for its turn');
    return;
  }
  seam.patches ??= patches(seam.observers);
  for (const patch of seam.patches) patch.apply();
  syncBuiltinESMExports();
}

/** Stops watching; the last one to stop restores the originals. */
export function unwatchChildProcesses(observer: ChildProcessObserver): void {
  const seam = theSeam();
  const index = seam.observers.indexOf(observer);
  if (index < 0) return;
  seam.observers.splice(index, 1);
  if (seam.observers.length > 0) return;
  for (const patch of seam.patches ?? []) patch.revert();
  syncBuiltinESMExports();
}

function theSeam(): Seam {
  const global = globalThis as { [SEAM]?: Seam };
  global[SEAM] ??= { observers: [] };
  return global[SEAM];
}

function patches(observers: readonly ChildProcessObserver[]): MethodPatch[] {
  return [
    ...patch(ChildProcess.prototype, 'spawn', (original) => {
      return function (this: unknown, ...args: unknown[]) {
        const [observer] = observers;
        if (observer === undefined) return Reflect.apply(original, this, args);
        const [first, ...rest] = args;
        return observer.spawn(this as ChildProcess, first, (options) =>
          Reflect.apply(original, this, args.length === 0 ? [] : [options, ...rest]),
        );
      };
    }),
    ...patch(ChildProcess.prototype, 'kill', (original) => {
      return function (this: unknown, ...args: unknown[]) {
        const sent = Reflect.apply(original, this, args);
        if (sent === true) observers[0]?.killed(this as ChildProcess, args[0]);
        return sent;
      };
    }),
    ...(['spawnSync', 'execSync', 'execFileSync'] as const).flatMap((form) =>
      patch(childProcess, form, (original) => {
        return function (this: unknown, ...args: unknown[]) {
          const [observer] = observers;
          if (observer === undefined) return Reflect.apply(original, this, args);
          return observer.spawnSync(form, args, (changed) =>
            Reflect.apply(original, this, changed),
          );
        };
      }),
    ),
  ];
}

function patch(...args: ConstructorParameters<typeof MethodPatch>): MethodPatch[] {
  try {
    return [new MethodPatch(...args)];
  } catch (error) {
    complain('patching node:child_process', error);
    return [];
  }
}
