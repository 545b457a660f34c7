import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { BridgeLoggerProvider } from '../../opentelemetry/logger.js';

/** The providers that an instrumentation was given; what is absent is the global one, whenever it is registered. */
export interface Providers {
  readonly tracerProvider?: TracerProvider | undefined;
  readonly meterProvider?: MeterProvider | undefined;
  readonly loggerProvider?: BridgeLoggerProvider | undefined;
}
