/** What OpenTelemetry's API packages register globally, as far as this package looks at it. */
interface Globals {
  readonly [API]?: {
    readonly context?: object;
    readonly logs?: object;
    readonly metrics?: object;
    readonly trace?: object;
  };
  readonly [API_LOGS]?: (version: number) => object | undefined;
}

const API = Symbol.for('opentelemetry.js.api.1');
const API_LOGS = Symbol.for('io.opentelemetry.js.api.logs');

const globals = globalThis as Globals;

/**
 * Whether any provider is registered globally, of either OpenTelemetry line: one look, where the API's own
 * accessors take one a signal.
 */
export function isAnyProviderRegistered(): boolean {
  const api = globals[API];
  if (api?.trace !== undefined || api?.metrics !== undefined || api?.logs !== undefined)
    return true;
  return globals[API_LOGS] !== undefined;
}

/** Whether a context manager is registered; without one, no context is ever active but the root. */
export function isContextManagerRegistered(): boolean {
  return globals[API]?.context !== undefined;
}

/**
 * The logger provider that is registered globally, on either OpenTelemetry line; undefined while none is.
 *
 * The two lines register logger providers under two globals that see nothing of each other, and an
 * import of either's accessor fails to link or to resolve on the other. Both globals are how copies of
 * those packages find each other across versions: api/src/internal/global-utils.ts (1.x) and
 * api-logs/src/internal/global-utils.ts (compatibility version 1).
 */
export function registeredLogs(): object | undefined {
  return globals[API]?.logs ?? globals[API_LOGS]?.(1);
}
