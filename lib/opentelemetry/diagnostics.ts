import { diag } from '@opentelemetry/api';

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

/** Tells `diag` of input that was ignored. Never throws. */
export function warn(message: string): void {
  try {
    diag.warn(`otel-exec: ${message}`);
  } catch {}
}
