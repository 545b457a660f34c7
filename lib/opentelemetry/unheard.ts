import { tellOnce } from './diagnostics.js';
import { isAnyProviderRegistered, unseenApiVersion } from './globals.js';

interface ForeignGlobals {
  /** `getMainCarrier` in @sentry/core 8 to 10. */
  readonly __SENTRY__?: object;
  /** packages/dd-trace/index.js in dd-trace. */
  readonly _ddtrace?: object;
}

/** Tells, once, why nobody hears what is observed, where that can be known. */
export function tellUnheard(): void {
  const reason = reasonUnheard();
  if (reason !== undefined) tellOnce(reason);
}

/**
 * Why nobody hears what is observed, and what to do about it: the global providers were registered through a copy of
 * the API that this one can't see, or there are none although another vendor's agent runs. Undefined elsewhere.
 */
export function reasonUnheard(): string | undefined {
  const unseen = unseenApiVersion();
  if (unseen !== undefined) {
    return (
      `an OpenTelemetry SDK was started through @opentelemetry/api ${unseen}, which a newer one can't see, ` +
      'so nothing is recorded. To have one for both: npm install @opentelemetry/api@latest'
    );
  }
  return isAnyProviderRegistered() ? undefined : reasonOfAgent();
}

function reasonOfAgent(): string | undefined {
  const { __SENTRY__, _ddtrace } = globalThis as ForeignGlobals;
  if (__SENTRY__ !== undefined) {
    return (
      "Sentry runs without OpenTelemetry's global providers, so nothing is recorded. Have Sentry.init() register its own: " +
      'enableOpenTelemetrySetup: true, before 11 no skipOpenTelemetrySetup; or start an SDK of your own'
    );
  }
  if (_ddtrace !== undefined) {
    return (
      "dd-trace runs without OpenTelemetry's global providers, so nothing is recorded. To register its own: " +
      "new (require('dd-trace').TracerProvider)().register()"
    );
  }
  return undefined;
}
