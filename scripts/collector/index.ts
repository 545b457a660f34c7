export { configurations } from './layout.js';
export type { LocateOptions } from './location.js';
export { CollectorMissing, locateCollector, validateConfiguration } from './location.js';
export type { CollectorPorts } from './ports.js';
export { describePorts, findCollectorPorts, findFreePort } from './ports.js';
export type { CollectorExit, RunningCollector, StartOptions } from './running.js';
export { signalGap, startCollector } from './running.js';
