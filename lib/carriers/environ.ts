import { type Context, propagation } from '@opentelemetry/api';
import { EnvironmentSetter } from '@opentelemetry/propagator-env-carrier';
import { complain } from '../complain.js';
import { activePropagator } from './propagator.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What may go to a child beside the trace context. */
export interface EnvironOptions {
  /** Also send `BAGGAGE`, which any process of the same user can read. Default false. */
  readonly baggage?: boolean | undefined;
}

/**
 * A copy of an environment that carries a context to a child process as `TRACEPARENT` and `TRACESTATE`.
 * Whatever the propagator's names held before is gone, so that no stale value travels along.
 * Never throws: where a propagator does, the copy is the environment without any trace context.
 * @see https://opentelemetry.io/docs/specs/otel/context/env-carriers/
 */
export function injectEnvironment(
  context: Context,
  environment: Environment,
  options: EnvironOptions = {},
): Record<string, string | undefined> {
  const copy: Record<string, string | undefined> = { ...environment };
  try {
    const propagator = activePropagator();
    clear(copy, propagator.fields());
    const sent = options.baggage ? context : propagation.deleteBaggage(context);
    propagator.inject(sent, undefined, new EnvironmentSetter(copy as Record<string, string>));
  } catch (error) {
    complain('environment injection', error);
  }
  return copy;
}

/** The environment that a child would get, without any trace context: the names are cleared, nothing is set. */
export function clearEnvironment(environment: Environment): Record<string, string | undefined> {
  const copy: Record<string, string | undefined> = { ...environment };
  try {
    clear(copy, activePropagator().fields());
  } catch (error) {
    complain('environment clearing', error);
  }
  return copy;
}

function clear(environment: Record<string, string | undefined>, fields: readonly string[]): void {
  const owned: Record<string, string> = {};
  const setter = new EnvironmentSetter(owned);
  for (const field of fields) setter.set(undefined, field, '');
  for (const name of Object.keys(environment)) {
    // Node's documentation of process.env: names are case-insensitive on Windows.
    const comparable = process.platform === 'win32' ? name.toUpperCase() : name;
    if (comparable in owned) delete environment[name];
  }
}
