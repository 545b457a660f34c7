import { tellOnce } from './diagnostics.js';
import { isAnyProviderRegistered, unseenApiVersion } from './globals.js';

interface ForeignGlobals {
  /** `getMainCarrier` in @sentry/core 8 to 10. */
  readonly __SENTRY__?: object;
  /** packages/dd-trace/index.js in dd-trace. */
  readonly _ddtrace?: object;
}

/**
 * Tells, once, why nobody hears what is observed, where that can be known: the global providers were registered
 * through a copy of the API that this one can't see, or there are none although another vendor's agent runs.
 */
export function tellUnheard(): void {
  const unseen = unseenApiVersion();
  if (unseen !== undefined) {
    tellOnce(
      `an OpenTelemetry SDK was started through @opentelemetry/api ${unseen}, which a newer one can't see, ` +
        'so nothing is recorded. To have one for both: npm install @opentelemetry/api@latest',
    );
  } else if (!isAnyProviderRegistered()) tellOfForeignAgent();
}

function tellOfForeignAgent(): void {
  const { __SENTRY__, _ddtrace } = globalThis as ForeignGlobals;
  if (__SENTRY__ !== undefined) {
    tellOnce(
      "Sentry runs without OpenTelemetry's global providers, so nothing is recorded. Take skipOpenTelemetrySetup " +
        "out of Sentry.init(), or register Sentry's span processor with an SDK of your own: " +
        'https://docs.sentry.io/platforms/javascript/guides/node/opentelemetry/custom-setup/',
    );
  } else if (_ddtrace !== undefined) {
    tellOnce(
      "dd-trace runs without OpenTelemetry's global providers, so nothing is recorded. To register its own: " +
        "new (require('dd-trace').TracerProvider)().register()",
    );
  }
}
