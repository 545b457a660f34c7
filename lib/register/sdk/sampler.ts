import type { Sampler } from '@opentelemetry/sdk-trace';
import { isSet, type Variables } from '../environment.js';
import type { Parts } from './parts.js';

/** Makes a sampler; nothing where the SDK's default is meant. */
export type MakeSampler = (parts: Parts) => Sampler | undefined;

type Root = (parts: Parts, ratio: number) => Sampler;

const ROOTS: Readonly<Record<string, Root>> = {
  always_on: ({ sdkTrace }) => new sdkTrace.AlwaysOnSampler(),
  always_off: ({ sdkTrace }) => new sdkTrace.AlwaysOffSampler(),
  traceidratio: ({ sdkTrace }, ratio) => new sdkTrace.TraceIdRatioBasedSampler(ratio),
};
const PARENT_BASED = 'parentbased_';
const RATIO = 'traceidratio';

/**
 * Reads which sampler there is to be.
 * @returns undefined where it is none that is known, or has no valid argument
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function readSampler(variables: Variables): MakeSampler | undefined {
  const { OTEL_TRACES_SAMPLER: name = '', OTEL_TRACES_SAMPLER_ARG: argument } = variables;
  if (!isSet(name)) return () => undefined;
  const isParentBased = name.startsWith(PARENT_BASED);
  const rootName = isParentBased ? name.slice(PARENT_BASED.length) : name;
  const makeRoot = Object.hasOwn(ROOTS, rootName) ? ROOTS[rootName] : undefined;
  const ratio = isSet(argument) ? Number(argument) : Number.NaN;
  if (makeRoot === undefined || (rootName === RATIO && !(ratio >= 0 && ratio <= 1)))
    return undefined;
  return (parts) => {
    const root = makeRoot(parts, ratio);
    return isParentBased ? new parts.sdkTrace.ParentBasedSampler({ root }) : root;
  };
}
