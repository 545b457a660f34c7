import { metrics } from '@opentelemetry/api';
import { registeredLoggerProvider } from '../opentelemetry/globals.js';
import { registeredTracerProvider } from '../opentelemetry/stand-ins.js';

/** Has the registered providers of all three signals send what they hold. Never rejects. */
export async function flushProviders(): Promise<void> {
  await Promise.allSettled(
    [registeredTracerProvider(), metrics.getMeterProvider(), registeredLoggerProvider()].map(
      async (provider) => (provider as { forceFlush?(): Promise<void> })?.forceFlush?.(),
    ),
  );
}
