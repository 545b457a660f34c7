import { readList, type Variables } from '../environment.js';
import type { Parts, Resource } from './parts.js';

type Name = keyof typeof DETECTORS;

/** In the order in which `all` runs them: what a later one finds wins. */
const DETECTORS = {
  host: 'hostDetector',
  os: 'osDetector',
  serviceinstance: 'serviceInstanceIdDetector',
  process: 'processDetector',
  env: 'envDetector',
} as const;
const ALL = Object.keys(DETECTORS) as Name[];

/** The first release of `@opentelemetry/sdk-node` that runs all of them where no variable names any. */
const RUNS_ALL = 301;
const DEFAULT: readonly Name[] = ['serviceinstance', 'process', 'host', 'os', 'env'];
const DEFAULT_BEFORE: readonly Name[] = ['env', 'process', 'host'];

/**
 * Reads what describes the program.
 * @param release of `@opentelemetry/sdk-node`
 * @returns undefined where it names others than those of the SDK
 * @see https://github.com/open-telemetry/opentelemetry-js/tree/main/experimental/packages/opentelemetry-sdk-node#resource-detection
 */
export function readDetectors(variables: Variables, release: number): readonly Name[] | undefined {
  const names = readList(variables, 'OTEL_NODE_RESOURCE_DETECTORS');
  if (names === undefined) return release >= RUNS_ALL ? DEFAULT : DEFAULT_BEFORE;
  if (names.includes('all')) return ALL;
  if (names.includes('none')) return [];
  return names.every(isKnown) ? names : undefined;
}

/** The SDK's own attributes with what the detectors find, some of it later. */
export function detectResource({ resources }: Parts, names: readonly Name[]): Resource {
  const resource = resources.defaultResource();
  if (names.length === 0) return resource;
  const detectors = names.map((name) => resources[DETECTORS[name]]);
  return resource.merge(resources.detectResources({ detectors }));
}

function isKnown(name: string): name is Name {
  return Object.hasOwn(DETECTORS, name);
}
