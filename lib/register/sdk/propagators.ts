import type { TextMapPropagator } from '@opentelemetry/api';
import { readList, type Variables } from '../environment.js';
import type { Parts } from './parts.js';

type Name = keyof typeof CLASSES;

const CLASSES = {
  tracecontext: 'W3CTraceContextPropagator',
  baggage: 'W3CBaggagePropagator',
} as const;
const DEFAULT: readonly Name[] = ['tracecontext', 'baggage'];

/**
 * Reads which propagators there are to be.
 * @returns undefined where it names others than those of W3C
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function readPropagators(variables: Variables): readonly Name[] | undefined {
  const names = readList(variables, 'OTEL_PROPAGATORS') ?? DEFAULT;
  if (names.includes('none')) return [];
  return names.length > 0 && names.every(isKnown) ? names : undefined;
}

/** @returns undefined where there is to be none */
export function makePropagator(
  { core }: Parts,
  names: readonly Name[],
): TextMapPropagator | undefined {
  const propagators = names.map((name) => new core[CLASSES[name]]());
  return propagators.length > 1 ? new core.CompositePropagator({ propagators }) : propagators[0];
}

function isKnown(name: string): name is Name {
  return Object.hasOwn(CLASSES, name);
}
