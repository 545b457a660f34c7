import {
  type Context,
  context as contextApi,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { complain, warn } from '../opentelemetry/diagnostics.js';
import { spanContextOf } from '../opentelemetry/span-context.js';
import { activePropagator, withSpanOf } from './propagator.js';

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

/**
 * The context that a program was started in, from `TRACEPARENT` and `TRACESTATE`, or what the configured
 * propagator calls them. What begins in it belongs to the trace of whoever started the program:
 *
 * ```ts
 * context.with(extractEnvironment(), main);
 * ```
 *
 * `otel-exec/register` does so by itself. Where the environment carries no trace context, the span of the
 * context stays; an invalid one is told to `diag` and passed over. Never throws.
 * @param environment default `process.env`
 * @param context what to extract into; default the active one
 * @see https://opentelemetry.io/docs/specs/otel/context/env-carriers/
 */
export function extractEnvironment(
  environment: Environment = process.env,
  context: Context = contextApi.active(),
): Context {
  try {
    const propagator = activePropagator();
    const base = trace.deleteSpan(context);
    const extracted = propagator.extract(base, environment, getter);
    if (spanContextOf(extracted) !== undefined) return extracted;
    for (const field of propagator.fields()) {
      if (BAGGAGE_FIELD.test(field) || getter.get(environment, field) === undefined) continue;
      warn(`ignored an invalid trace context in the environment: ${variableName(field)}`);
      break;
    }
    return extracted === base ? context : withSpanOf(context, extracted);
  } catch (error) {
    complain('environment extraction', error);
    return context;
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

const getter: TextMapGetter<Environment> = {
  keys: (environment) => Object.keys(environment),
  get: (environment, field) => environment[variableName(field)] || undefined,
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
