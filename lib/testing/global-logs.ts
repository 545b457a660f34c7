import * as api from '@opentelemetry/api';
import type { BridgeLoggerProvider } from '../signals/log-bridge.js';

/** api-logs/src/internal/global-utils.ts, compatibility version 1 */
const API_LOGS = Symbol.for('io.opentelemetry.js.api.logs');
const COMPATIBILITY_VERSION = 1;

/** The logs of `@opentelemetry/api` from 1.10 on. */
interface LogsApi {
  setGlobalLoggerProvider(provider: BridgeLoggerProvider): unknown;
  disable(): void;
}

/**
 * Registers a logger provider globally, as either OpenTelemetry line does it.
 * @returns takes it away again
 */
export function registerLoggerProvider(provider: BridgeLoggerProvider): () => void {
  const { logs } = api as { logs?: LogsApi };
  if (logs !== undefined) {
    logs.setGlobalLoggerProvider(provider);
    return () => logs.disable();
  }
  const global = globalThis as { [API_LOGS]?: (version: number) => unknown };
  const noop = { getLogger: () => ({ emit() {}, enabled: () => false }) };
  global[API_LOGS] = (version) => (version === COMPATIBILITY_VERSION ? provider : noop);
  return () => {
    delete global[API_LOGS];
  };
}
