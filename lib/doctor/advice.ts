import { allTold } from '../opentelemetry/diagnostics.js';
import { isAnyProviderRegistered } from '../opentelemetry/globals.js';
import { allSights } from '../opentelemetry/sights.js';
import { reasonUnheard } from '../opentelemetry/unheard.js';

/** What keeps something from being seen or heard, each with what to do about it. */
export function advice(): readonly string[] {
  const reasons = [...allTold(), ...unheard(), ...unwatched(), ...unasked(), ...lost()];
  return [...new Set(reasons)];
}

function unheard(): string[] {
  const reason = reasonUnheard();
  if (reason !== undefined) return [reason];
  if (isAnyProviderRegistered()) return [];
  return [
    'no OpenTelemetry SDK is registered, so nothing is recorded. To have one: ' +
      'npm install @opentelemetry/sdk-node, and node --import otel-exec/register app.js',
  ];
}

function unwatched(): string[] {
  const isOn = allSights().some(
    (sight) => sight.kind === 'instrumentation' && sight.state() === 'on',
  );
  if (isOn) return [];
  return [
    'no instrumentation is on, so nothing is observed but what the program tells an ExecTelemetry itself. ' +
      'To switch all on: node --import otel-exec/register app.js',
  ];
}

/** Instrumentations that have seen a package, and nobody who used it. */
function unasked(): string[] {
  return allSights().flatMap((sight) => {
    if (sight.kind !== 'instrumentation') return [];
    const counts = sight.counts();
    const isPatched = Object.keys(counts).some((what) => what.startsWith('files of '));
    if (!isPatched || counts.requests !== 0) return [];
    return [
      counts.connections === 0
        ? `${sight.name} has seen its package being loaded, and no connection being made with it`
        : `${sight.name} has seen connections, and no request on any of them`,
    ];
  });
}

function lost(): string[] {
  return allSights().flatMap((sight) =>
    Object.entries(sight.counts())
      .filter(([what, count]) => / (lost|dropped)$/.test(what) && count > 0)
      .map(([what, count]) => `${sight.name}: ${count} ${what}; the warnings above say why`),
  );
}
