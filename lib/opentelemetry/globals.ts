import * as api from '@opentelemetry/api';
import type { BridgeLoggerProvider } from './logger.js';

/*
 * What OpenTelemetry's API packages register globally, as far as this package looks at it. The globals are
 * how copies of those packages find each other across versions: api/src/internal/global-utils.ts (1.x) and
 * api-logs/src/internal/global-utils.ts (compatibility version 1).
 */

interface Globals {
  readonly [API]?: {
    readonly context?: api.ContextManager;
    readonly diag?: object;
    readonly logs?: BridgeLoggerProvider;
    readonly metrics?: object;
    readonly propagation?: object;
    readonly trace?: object;
    readonly version?: string;
  };
  [API_LOGS]?: (version: number) => BridgeLoggerProvider | undefined;
}

const API = Symbol.for('opentelemetry.js.api.1');
const API_LOGS = Symbol.for('io.opentelemetry.js.api.logs');
const API_LOGS_COMPATIBILITY_VERSION = 1;

const globals = globalThis as Globals;

/**
 * Whether any provider is registered globally, by SDK 2 or SDK 3: one look, where the API's own accessors
 * take one a signal.
 */
export function isAnyProviderRegistered(): boolean {
  const api = globals[API];
  if (api?.trace !== undefined || api?.metrics !== undefined || api?.logs !== undefined)
    return true;
  return globals[API_LOGS] !== undefined;
}

/**
 * Whether an SDK has started, of whichever signals: what it registers first is a context manager and a
 * propagator, and another SDK could not register its own.
 */
export function isSdkRegistered(): boolean {
  const { context, propagation } = globals[API] ?? {};
  return isAnyProviderRegistered() || (context ?? propagation) !== undefined;
}

/**
 * The version of another copy of `@opentelemetry/api`, by which the global providers are registered, where
 * this copy is too new to see them; undefined where it isn't.
 * @see https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/semver.ts
 */
export function unseenApiVersion(): string | undefined {
  const registered = globals[API];
  if (registered === undefined) return undefined;
  const { trace, metrics, context, version } = registered;
  const isSeen =
    (trace === undefined || api.trace.getTracerProvider() === trace) &&
    (metrics === undefined || api.metrics.getMeterProvider() === metrics) &&
    (context === undefined || api.context.active() === context.active());
  return isSeen ? undefined : version;
}

/** Whether `diag` has a logger, and it is one that this copy of the API sees. */
export function isDiagLoggerRegistered(): boolean {
  return globals[API]?.diag !== undefined && unseenApiVersion() === undefined;
}

/** Whether a context manager is registered; without one, no context is ever active but the root. */
export function isContextManagerRegistered(): boolean {
  return registeredContextManager() !== undefined;
}

/** The context manager that is registered globally; undefined while none is. */
export function registeredContextManager(): api.ContextManager | undefined {
  return globals[API]?.context;
}

/**
 * The logger provider that is registered globally, by SDK 2 or SDK 3; undefined while none is.
 *
 * The two register logger providers under two globals that see nothing of each other, and an import of
 * either's accessor fails to link or to resolve beside the other.
 */
export function registeredLoggerProvider(): BridgeLoggerProvider | undefined {
  return globals[API]?.logs ?? globals[API_LOGS]?.(API_LOGS_COMPATIBILITY_VERSION);
}

/** The logs of `@opentelemetry/api` from 1.10 on. */
interface LogsApi {
  setGlobalLoggerProvider(provider: BridgeLoggerProvider): unknown;
  disable(): void;
}

/**
 * Registers a logger provider globally, as SDK 3 does it, or as SDK 2 does where the API has no logs.
 * @returns takes it away again
 */
export function registerLoggerProvider(provider: BridgeLoggerProvider): () => void {
  const { logs } = api as { logs?: LogsApi };
  if (logs !== undefined) {
    logs.setGlobalLoggerProvider(provider);
    return () => logs.disable();
  }
  const noop = { getLogger: () => ({ emit() {}, enabled: () => false }) };
  globals[API_LOGS] = (version) => (version === API_LOGS_COMPATIBILITY_VERSION ? provider : noop);
  return () => {
    delete globals[API_LOGS];
  };
}
