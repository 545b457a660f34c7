import { metrics } from '@opentelemetry/api';
import { registeredLoggerProvider } from '../opentelemetry/globals.js';
import { registeredTracerProvider } from '../opentelemetry/stand-ins.js';
import { VERSION } from '../opentelemetry/version.js';
import type { LoadedPackage } from './loaded-packages.js';
import type { Row } from './table.js';

/** Packages that decide whether signals are seen and heard. */
const TELLING =
  /^(@opentelemetry\/(api|api-logs|sdk-[a-z-]+|instrumentation)|@sentry\/node|dd-trace)$/;

/** What is installed: each copy of each package that matters, as far as it is loaded. */
export function installed(packages: readonly LoadedPackage[]): readonly Row[] {
  return [
    ['node', process.version.slice(1)],
    ['otel-exec', VERSION],
    ...packages
      .filter(({ name }) => TELLING.test(name))
      .map(({ name, version, directory }): Row => [name, `${version}  ${directory}`]),
  ];
}

/** Who takes each signal, by the class that is registered globally. */
export function providers(): readonly Row[] {
  const meterProvider = metrics.getMeterProvider();
  return [
    ['traces', classOf(registeredTracerProvider())],
    ['metrics', classOf(isNoop(meterProvider) ? undefined : meterProvider)],
    ['logs', classOf(registeredLoggerProvider())],
  ];
}

function isNoop(provider: object): boolean {
  return provider.constructor.name.startsWith('Noop');
}

function classOf(provider: object | undefined): string {
  return provider?.constructor.name ?? 'none';
}
