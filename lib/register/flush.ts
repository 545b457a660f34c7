import { metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { registeredLoggerProvider } from '../signals/log-bridge.js';

/** Has the registered providers of all three signals send what they hold. Never rejects. */
export async function flushProviders(): Promise<void> {
  await Promise.allSettled(
    [registeredTracerProvider(), metrics.getMeterProvider(), registeredLoggerProvider()].map(
      async (provider) => (provider as { forceFlush?(): Promise<void> })?.forceFlush?.(),
    ),
  );
}

/** Whether somebody has registered a tracer provider already. */
export function isSdkRegistered(): boolean {
  return registeredTracerProvider() !== undefined;
}

/** The tracer provider behind the API's proxy. */
function registeredTracerProvider(): TracerProvider | undefined {
  const provider = trace.getTracerProvider() as TracerProvider & {
    getDelegate?(): TracerProvider;
  };
  const delegate = provider.getDelegate?.() ?? provider;
  return 'forceFlush' in delegate ? delegate : undefined;
}
