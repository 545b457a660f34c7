import type { ChildProcess as Child } from 'node:child_process';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { complain, warn } from '../../opentelemetry/diagnostics.js';
import { addSight } from '../../opentelemetry/sights.js';
import { type Method, override } from '../base/override.js';

/** The forms that return when the child has ended. */
export type SyncForm = (typeof SYNC_FORMS)[number];

const SYNC_FORMS = ['spawnSync', 'execSync', 'execFileSync'] as const;

/*
 * Not imported: a loader of import-in-the-middle for every module makes its copy of what a builtin exports at
 * the first import, and would show everybody the originals (`hook.mjs`, 1 to 3).
 */
const childProcess = createRequire(process.execPath)(
  'node:child_process',
) as typeof import('node:child_process');

/** Who watches the starts of child processes. */
export interface ChildProcessObserver {
  /**
   * An asynchronous start, whichever function it came from.
   * @param options what Node has made of the caller's arguments
   * @param start does it, exactly once
   */
  spawn(child: Child, options: unknown, start: (options: unknown) => unknown): unknown;
  /** A signal was sent with `child.kill()`, which timeouts and AbortSignals do too. */
  killed(child: Child, signal: unknown): void;
  /**
   * A signal was sent with `process.kill()`.
   * @param pid whose it is; negative for the group of that process
   */
  signalled(pid: number, signal: unknown): void;
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
  restore: (() => void)[];
}

/*
 * `ChildProcess.prototype.spawn` is where spawn, exec, execFile, fork, their promisified forms and cluster
 * meet, whenever and however a caller imported them. The Sync forms meet in an internal binding alone, so
 * that their exports are what can be replaced.
 *
 * Node 24.21 and 26.10 publish `tracing:child_process.spawn`, which 22.23 and 20.20 do not: its `start` comes before the
 * spawn and lets `options.envPairs` be replaced. It could take the place of the first patch there, not of those of
 * `kill` and of the Sync forms, which it does not tell of; so it is one seam everywhere.
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
  seam.restore = open(seam.observers);
  addSight({
    kind: 'seam',
    name: 'node:child_process',
    state: () => (seam.observers.length > 0 ? 'in' : 'out'),
    counts: () => ({}),
  });
  syncBuiltinESMExports();
  void tellOfUnseenForms();
}

/** Bun 1.4 and Deno 2.9 have `syncBuiltinESMExports`, which does nothing. */
async function tellOfUnseenForms(): Promise<void> {
  const imported = await import('node:child_process');
  if (SYNC_FORMS.every((form) => imported[form] === childProcess[form])) return;
  warn(
    `this runtime doesn't show what ${SYNC_FORMS.join(', ')} start where they were imported by name: ` +
      'import childProcess from "node:child_process", and call them on it',
  );
}

/** Stops watching; the last one to stop restores the originals. */
export function unwatchChildProcesses(observer: ChildProcessObserver): void {
  const seam = theSeam();
  const index = seam.observers.indexOf(observer);
  if (index < 0) return;
  seam.observers.splice(index, 1);
  if (seam.observers.length > 0) return;
  for (const restore of seam.restore) restore();
  syncBuiltinESMExports();
}

function theSeam(): Seam {
  const global = globalThis as { [SEAM]?: Seam };
  global[SEAM] ??= { observers: [], restore: [] };
  return global[SEAM];
}

function open(observers: readonly ChildProcessObserver[]): (() => void)[] {
  return [
    ...tryOverride(childProcess.ChildProcess.prototype, 'spawn', (original) => {
      return function (this: unknown, ...args: unknown[]) {
        const observer = observers[0];
        if (observer === undefined) return Reflect.apply(original, this, args);
        return observer.spawn(this as Child, args[0], (options) => {
          if (args.length > 0) args[0] = options;
          return Reflect.apply(original, this, args);
        });
      };
    }),
    ...tryOverride(childProcess.ChildProcess.prototype, 'kill', (original) => {
      return function (this: unknown, ...args: unknown[]) {
        const sent = Reflect.apply(original, this, args);
        if (sent === true) observers[0]?.killed(this as Child, args[0]);
        return sent;
      };
    }),
    ...tryOverride(process, 'kill', (original) => {
      return function (this: unknown, ...args: unknown[]) {
        const sent = Reflect.apply(original, this, args);
        if (sent === true) observers[0]?.signalled(Number(args[0]), args[1]);
        return sent;
      };
    }),
    ...SYNC_FORMS.flatMap((form) =>
      tryOverride(childProcess, form, (original) => {
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

function tryOverride(
  target: object,
  name: string,
  wrap: (original: Method) => Method,
): (() => void)[] {
  try {
    return [override(target, name, wrap)];
  } catch (error) {
    complain('patching node:child_process', error);
    return [];
  }
}
