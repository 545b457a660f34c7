import { getStringListFromEnv } from '@opentelemetry/core';
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  osDetector,
  processDetector,
  type Resource,
  type ResourceDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { VERSION } from './environment-info.js';

/** In the order in which they run: what a later one finds wins. */
const DETECTORS: Readonly<Record<string, ResourceDetector>> = {
  host: hostDetector,
  os: osDetector,
  serviceinstance: serviceInstanceIdDetector,
  process: processDetector,
  env: envDetector,
};
/** Without `process`, which would send the server's own command line along. */
const DEFAULT = ['host', 'os', 'serviceinstance', 'env'];

/** What describes the server, as `OTEL_NODE_RESOURCE_DETECTORS` and `OTEL_RESOURCE_ATTRIBUTES` say. */
export function detectServer(): Resource {
  const named = getStringListFromEnv('OTEL_NODE_RESOURCE_DETECTORS') ?? [];
  const names = named.length === 0 ? DEFAULT : named;
  const detectors = Object.entries(DETECTORS)
    .filter(([name]) => names.includes(name) || names.includes('all'))
    .map(([, detector]) => detector);
  const own = { [ATTR_SERVICE_NAME]: 'exec-server', [ATTR_SERVICE_VERSION]: VERSION };
  return defaultResource().merge(resourceFromAttributes(own)).merge(detectResources({ detectors }));
}
