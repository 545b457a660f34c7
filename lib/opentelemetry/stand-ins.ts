import {
  type MeterProvider,
  metrics,
  ProxyTracerProvider,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { registeredLoggerProvider } from './globals.js';
import type { BridgeLoggerProvider } from './logger.js';

/*
 * `registerInstrumentations` hands over what is global at that moment, and `NodeSDK.start()` calls it before
 * anything is registered: a proxy or a no-op, of whichever copy of the API it has (CommonJS and ESM are
 * two). Those are not providers that somebody chose; they stand for "the global one".
 */

/** Whether a tracer provider stands for the global one, which is to be followed. */
export function isGlobalTracerProvider(provider: TracerProvider): boolean {
  return provider === trace.getTracerProvider() || 'getDelegateTracer' in provider;
}

/** Whether a meter provider stands for the global one, which is to be followed. */
export function isGlobalMeterProvider(provider: MeterProvider): boolean {
  return (
    provider === metrics.getMeterProvider() || provider.constructor.name === 'NoopMeterProvider'
  );
}

/** Whether a logger provider stands for the global one of SDK 2 or SDK 3, which is to be followed. */
export function isGlobalLoggerProvider(provider: BridgeLoggerProvider): boolean {
  return provider === registeredLoggerProvider() || '_getDelegateLogger' in provider;
}

/**
 * The tracer of a provider; undefined where it is a proxy and no SDK has registered yet.
 * @throws what a broken provider throws
 */
export function tracerOf(
  provider: TracerProvider,
  scope: string,
  version: string,
  options: { schemaUrl: string },
): Tracer | undefined {
  return provider instanceof ProxyTracerProvider
    ? provider.getDelegateTracer(scope, version, options)
    : provider.getTracer(scope, version, options);
}

/** The SDK's tracer provider behind the API's proxy; undefined while none is registered. */
export function registeredTracerProvider(): TracerProvider | undefined {
  const provider = trace.getTracerProvider() as TracerProvider & {
    getDelegate?(): TracerProvider;
  };
  const delegate = provider.getDelegate?.() ?? provider;
  return 'forceFlush' in delegate ? delegate : undefined;
}
