import type { ChildProcess } from 'node:child_process';
import { errorMonitor } from 'node:events';
import { type Context, context as contextApi, type Span, trace } from '@opentelemetry/api';
import type { Process } from '../../lifecycle/process.js';
import { attempt, complain } from '../../opentelemetry/diagnostics.js';
import { isTracingSuppressed, suppressTracing } from '../../opentelemetry/suppression.js';
import type { ExecTelemetry } from '../../telemetry.js';
import { type Command, readSpawn, readSync, type Start } from './command.js';
import type { ChildProcessInstrumentationConfig } from './config.js';
import {
  type ChildProcessExit,
  outcomeOfResult,
  outcomeOfThrown,
  type SyncOutcome,
  succeeded,
} from './outcome.js';
import type { ChildProcessObserver, SyncForm } from './seam.js';
import { Termination } from './termination.js';

/** Where an observer finds what it feeds and how it is configured, anew for each process. */
export interface ObserverSource {
  readonly config: () => ChildProcessInstrumentationConfig;
  readonly telemetry: () => ExecTelemetry;
}

interface Begun<S extends Start> {
  readonly start: S;
  readonly process: Process;
  readonly exitHook: (exit: ChildProcessExit) => void;
  readonly propagates: boolean;
  readonly baggage: boolean;
}

/** Feeds child processes to the process lifecycle. Nothing that it does changes what the caller sees. */
export class TelemetryObserver implements ChildProcessObserver {
  readonly #source: ObserverSource;
  readonly #running = new Map<number, ChildProcess>();
  readonly #terminations = new WeakMap<ChildProcess, Termination>();

  constructor(source: ObserverSource) {
    this.#source = source;
  }

  spawn(child: ChildProcess, options: unknown, start: (options: unknown) => unknown): unknown {
    const begun = this.#begin(() => readSpawn(options));
    if (begun === undefined) return start(options);
    const asked = carrying(begun) ?? options;
    let result: unknown;
    try {
      result = start(asked);
    } catch (error) {
      begun.exitHook({ code: null, signal: null, error });
      begun.process.spawnFailed(error);
      throw error;
    }
    this.#follow(child, begun);
    return result;
  }

  killed(child: ChildProcess, signal: unknown): void {
    const termination = this.#terminations.get(child) ?? new Termination();
    termination.sent(signal);
    this.#terminations.set(child, termination);
  }

  signalled(pid: number, signal: unknown): void {
    const child = this.#running.get(Math.abs(pid));
    if (child !== undefined) this.killed(child, signal);
  }

  spawnSync(
    form: SyncForm,
    args: readonly unknown[],
    run: (args: readonly unknown[]) => unknown,
  ): unknown {
    const begun = this.#begin(() => readSync(form, args));
    if (begun === undefined) return run(args);
    const asked = carrying(begun) ?? args;
    begun.process.blocked();
    let outcome: SyncOutcome = succeeded;
    try {
      const result = run(asked);
      if (form === 'spawnSync') outcome = outcomeOfResult(result);
      return result;
    } catch (error) {
      outcome = outcomeOfThrown(error);
      throw error;
    } finally {
      begun.exitHook(outcome.exit);
      outcome.settle(begun.process);
    }
  }

  #begin<S extends Start>(read: () => S): Begun<S> | undefined {
    try {
      const ambient = contextApi.active();
      const config = this.#source.config();
      if (isTracingSuppressed(ambient)) return undefined;
      if (config.requireParentSpan && trace.getSpanContext(ambient) === undefined) return undefined;
      const start = read();
      const { file, argv } = start.command;
      if (ignores(config, start.command)) return undefined;
      const process = this.#source.telemetry().process({ executable: file, argv });
      const span = ownSpan(process.context, ambient);
      callHook('spawnHook', config.spawnHook, span, { file, args: argv.slice(1) });
      return {
        start,
        process,
        exitHook: (exit) => callHook('exitHook', config.exitHook, span, exit),
        propagates: config.propagate ?? true,
        baggage: config.baggage ?? false,
      };
    } catch (error) {
      complain('beginning a child process', error);
      return undefined;
    }
  }

  #follow(child: ChildProcess, { process, exitHook }: Begun<Start>): void {
    const { pid } = child;
    if (pid !== undefined) {
      process.spawned(pid);
      this.#running.set(pid, child);
    } else {
      child.once(errorMonitor as unknown as 'error', (error: unknown) => {
        exitHook({ code: null, signal: null, error });
        process.spawnFailed(error);
      });
    }
    child.once('exit', (code, signal) => {
      if (pid !== undefined && this.#running.get(pid) === child) this.#running.delete(pid);
      exitHook({ code, signal });
      if (this.#terminations.get(child)?.explains(signal)) process.terminationRequested();
      process.exited(code, signal);
    });
  }
}

function carrying<S extends Start>({ start, process, propagates, baggage }: Begun<S>) {
  if (!propagates) return undefined;
  try {
    return start.carrying(process.context, { baggage }) as ReturnType<S['carrying']>;
  } catch (error) {
    complain("making a child's environment", error);
    return undefined;
  }
}

function ignores({ ignore }: ChildProcessInstrumentationConfig, { file, argv }: Command): boolean {
  if (ignore === undefined) return false;
  return attempt('ignore', () => suppressTracing(() => ignore(file, argv.slice(1)))) === true;
}

function ownSpan(context: Context, ambient: Context): Span | undefined {
  const span = trace.getSpan(context);
  return span !== trace.getSpan(ambient) && span?.isRecording() ? span : undefined;
}

function callHook<T>(
  name: string,
  hook: ((span: Span, about: T) => void) | undefined,
  span: Span | undefined,
  about: T,
): void {
  if (hook === undefined || span === undefined) return;
  attempt(name, () => suppressTracing(() => hook(span, about)));
}
