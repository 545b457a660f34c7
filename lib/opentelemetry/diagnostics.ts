import { Console } from 'node:console';
import { diag } from '@opentelemetry/api';
import { isDiagLoggerRegistered } from './globals.js';

/**
 * Tells `diag` that telemetry went wrong. Never throws, whatever the error or the diag logger is.
 * @param what which part went wrong, such as `span end`
 * @param error what was thrown
 */
export function complain(what: string, error: unknown): void {
  try {
    diag.error(`otel-exec: ${what} failed`, error);
  } catch {}
}

/**
 * Calls what somebody else has given. What it throws is told to `diag`, and what a promise that it returns
 * rejects with.
 * @param what what it is called, such as `spawnHook`
 * @returns what it returned; undefined where it threw
 */
export function attempt<T>(what: string, call: () => T): T | undefined {
  try {
    const returned = call();
    if (isThenable(returned)) returned.then(undefined, (error) => complain(what, error));
    return returned;
  } catch (error) {
    complain(what, error);
    return undefined;
  }
}

/** Whether something is a promise, of whatever kind. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<PromiseLike<unknown>>).then === 'function'
  );
}

/** Tells `diag` of input that was ignored. Never throws. */
export function warn(message: string): void {
  try {
    diag.warn(`otel-exec: ${message}`);
  } catch {}
}

/** Nobody tells more than this many things to do; the set of them stays small. */
const MOST_TOLD = 64;
const told = new Set<string>();

/** Everything that {@link tellOnce} has told. */
export function allTold(): readonly string[] {
  return [...told];
}

/**
 * Tells what the user has to know, and what to do about it, each text once: to `diag` as a warning, or on stderr
 * where `diag` has no logger. Never throws, and writes through no console that the program may have replaced.
 */
export function tellOnce(message: string): void {
  if (told.has(message) || told.size >= MOST_TOLD) return;
  told.add(message);
  if (isDiagLoggerRegistered()) warn(message);
  else writeToStderr(`otel-exec: ${message}`);
}

/** A console of its own ignores a stream that is broken, where `process.stderr.write` ends the program. */
function writeToStderr(line: string): void {
  try {
    new Console({ stdout: process.stderr, ignoreErrors: true }).log(line);
  } catch {}
}
