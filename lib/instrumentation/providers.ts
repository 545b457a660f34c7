import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { type BridgeLoggerProvider, registeredLoggerProvider } from '../signals/log-bridge.js';

/** The providers that an instrumentation was given; what is absent is the global one, whenever it is registered. */
export interface Providers {
  readonly tracerProvider?: TracerProvider;
  readonly meterProvider?: MeterProvider;
  readonly loggerProvider?: BridgeLoggerProvider;
}

/*
 * `registerInstrumentations` hands over what is global at that moment, and `NodeSDK.start()` calls it before
 * anything is registered: a proxy or a no-op, of whichever copy of the API it has (CommonJS and ESM are
 * two). Those are not providers that somebody chose; they stand for "the global one".
 */

/** The provider, unless it stands for the global one, which is to be followed. */
export function givenTracerProvider(provider: TracerProvider): Pick<Providers, 'tracerProvider'> {
  const follows = provider === trace.getTracerProvider() || 'getDelegateTracer' in provider;
  return follows ? {} : { tracerProvider: provider };
}

/** The provider, unless it stands for the global one, which is to be followed. */
export function givenMeterProvider(provider: MeterProvider): Pick<Providers, 'meterProvider'> {
  const follows =
    provider === metrics.getMeterProvider() || provider.constructor.name === 'NoopMeterProvider';
  return follows ? {} : { meterProvider: provider };
}

/** The provider, unless it stands for the global one of either OpenTelemetry line, which is to be followed. */
export function givenLoggerProvider(
  provider: BridgeLoggerProvider,
): Pick<Providers, 'loggerProvider'> {
  const follows = provider === registeredLoggerProvider() || '_getDelegateLogger' in provider;
  return follows ? {} : { loggerProvider: provider };
}
