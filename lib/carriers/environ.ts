import {
  type Context,
  propagation,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { complain } from '../opentelemetry/diagnostics.js';
import { activePropagator } from './propagator.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

type Variables = Record<string, string | undefined>;

/** What may go to a child beside the trace context. */
export interface EnvironOptions {
  /** Also send `BAGGAGE`, which any process of the same user can read. Default false. */
  readonly baggage?: boolean | undefined;
}

/**
 * A copy of an environment that carries a context to a child process as `TRACEPARENT` and `TRACESTATE`.
 * Whatever the propagator's names held before is gone, so that no stale value travels along, and so is
 * `BAGGAGE`, unless it is asked for.
 * Never throws: where a propagator does, the copy is the environment without any trace context.
 * @see https://opentelemetry.io/docs/specs/otel/context/env-carriers/
 */
export function injectEnvironment(
  context: Context,
  environment: Environment,
  options: EnvironOptions = {},
): Record<string, string | undefined> {
  return replace(environment, variablesOf(context, options));
}

/**
 * Does what {@link injectEnvironment} does to an environment that is a list of `NAME=value`, which is how
 * Node hands it to the system, without taking it apart.
 */
export function injectPairs(
  context: Context,
  pairs: readonly string[],
  options: EnvironOptions = {},
): string[] {
  const variables = variablesOf(context, options);
  const names = Object.keys(variables);
  const copy: string[] = [];
  for (const pair of pairs) if (!isPairOfAny(names, pair)) copy.push(pair);
  for (const name of names) {
    const value = variables[name];
    if (value !== undefined) copy.push(`${name}=${value}`);
  }
  return copy;
}

/** The environment that a child would get, without any trace context: the names are cleared, nothing is set. */
export function clearEnvironment(environment: Environment): Record<string, string | undefined> {
  try {
    return replace(environment, namesOf(activePropagator(), false));
  } catch (error) {
    complain('environment clearing', error);
    return { ...environment };
  }
}

/** What a child is to have under each name that the propagator owns; undefined for nothing. */
function variablesOf(context: Context, { baggage }: EnvironOptions): Variables {
  const withBaggage = baggage === true;
  let names: Variables = {};
  try {
    const propagator = activePropagator();
    names = namesOf(propagator, withBaggage);
    const variables = { ...names };
    const sent = withBaggage ? context : propagation.deleteBaggage(context);
    propagator.inject(sent, variables, withBaggage ? setter : setterWithoutBaggage);
    return variables;
  } catch (error) {
    complain('environment injection', error);
    return names;
  }
}

function namesOf(propagator: TextMapPropagator, withBaggage: boolean): Variables {
  const names: Variables = withBaggage ? {} : { BAGGAGE: undefined };
  for (const field of propagator.fields()) names[variableName(field)] = undefined;
  return names;
}

const setter: TextMapSetter<Variables> = {
  set: (variables, field, value) => {
    variables[variableName(field)] = value;
  },
};

const setterWithoutBaggage: TextMapSetter<Variables> = {
  set: (variables, field, value) => {
    if (!BAGGAGE_FIELD.test(field)) setter.set(variables, field, value);
  },
};

/**
 * W3C's `baggage`, OpenTracing's `ot-baggage-…`, and Jaeger's `uberctx-…` and `jaeger-baggage`.
 * @see https://www.jaegertracing.io/sdk-migration/#propagation-format
 */
const BAGGAGE_FIELD = /baggage|^uberctx-/i;

/**
 * The variable that a propagator's field travels in. `@opentelemetry/propagator-env-carrier` names it the
 * same; importing that package takes half as long as importing this one.
 * @see https://opentelemetry.io/docs/specs/otel/context/env-carriers/#environment-variable-names
 */
function variableName(field: string): string {
  const name = field.replace(/\W/g, '_').toUpperCase();
  return /^(?!\d)./.test(name) ? name : `_${name}`;
}

function replace(environment: Environment, variables: Variables): Variables {
  const copy: Variables = { ...environment };
  for (const [name, value] of Object.entries(variables)) {
    for (const spelling of spellingsOf(name, copy)) delete copy[spelling];
    if (value !== undefined) copy[name] = value;
  }
  return copy;
}

function spellingsOf(name: string, environment: Environment): readonly string[] {
  if (process.platform !== 'win32') return [name];
  return Object.keys(environment).filter((spelling) => isSpelling(spelling, name));
}

function isPairOfAny(names: readonly string[], pair: string): boolean {
  for (const name of names) {
    if (pair[name.length] === '=' && isSpelling(pair.slice(0, name.length), name)) return true;
  }
  return false;
}

/** Node's documentation of process.env: names are case-insensitive on Windows. */
function isSpelling(spelling: string, name: string): boolean {
  return spelling === name || (process.platform === 'win32' && spelling.toUpperCase() === name);
}
