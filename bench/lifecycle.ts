import { ExecTelemetry } from 'otel-exec';
import { DirectLoggerProvider } from 'otel-exec/export';
import { checkEqualWork } from './measure/equal-work.js';
import type { Part } from './measure/part.js';
import { takeTurns, type Variant } from './measure/rounds.js';
import { runAlone } from './measure/run-alone.js';
import { rowsOf } from './measure/table.js';
import { registerSdk, type Sdk } from './sdk.js';
import { byHand } from './variants/by-hand.js';
import { floor } from './variants/floor.js';
import { METHODS, messages } from './variants/message.js';
import { ours } from './variants/ours.js';
import { versionOf } from './versions.js';

const TURNS = { rounds: 24, warmup: 3, turns: 16, perTurn: 400 };

/** One request lifecycle on the installed SDK line. */
export const lifecycle: Part = async () => {
  const sdk = await registerSdk();
  const ways = [
    { name: 'floor', work: floor(sdk) },
    { name: 'floor, context active', work: floor(sdk, { activate: true }), against: 'floor' },
    { name: 'floor, extracting', work: floor(sdk, { extract: true }), against: 'floor' },
    { name: 'by hand', work: byHand(sdk), against: 'floor' },
    { name: 'ours', work: ours(), against: 'floor' },
    { name: 'ours, direct events', work: ours(directly(sdk)), against: 'floor' },
  ];
  const variants = [true, false].flatMap((carrier) =>
    ways
      .filter(({ name }) => carrier || !name.includes('extracting'))
      .map(({ name, work, against }): Variant => {
        const next = messages(carrier);
        const named = (plain: string) => (carrier ? plain : `${plain}, no carrier`);
        return {
          name: named(name),
          work: () => work(next()),
          ...(against && { against: named(against) }),
        };
      }),
  );
  await checkEqualWork(sdk, variants);
  const timings = await takeTurns(variants, TURNS);
  await sdk.shutdown();
  return [
    {
      title: `One request lifecycle, SDK ${versionOf('@opentelemetry/sdk-trace')}`,
      unit: 'ns',
      about:
        'Span, metrics and event of one request, with batch processors to an exporter that discards. ' +
        'Every variant was checked to export the same spans, histogram records and events first.',
      rows: rowsOf(variants, timings, [
        { variant: 'ours', to: 'floor, extracting', atMost: 1.05, was: '1.01' },
        { variant: 'ours', to: 'by hand', atMost: 0.8, was: '0.82' },
        { variant: 'ours, direct events', to: 'floor, extracting', atMost: 1.05 },
        { variant: 'ours, direct events', to: 'by hand', atMost: 0.8 },
        { variant: 'ours, no carrier', to: 'floor, no carrier', atMost: 1.1, was: '1.20' },
        { variant: 'ours, no carrier', to: 'by hand, no carrier', atMost: 0.8, was: '0.86' },
        { variant: 'ours, direct events, no carrier', to: 'floor, no carrier', atMost: 1.1 },
        { variant: 'ours, direct events, no carrier', to: 'by hand, no carrier', atMost: 0.8 },
      ]),
      chart: true,
      notes: [LIMITS],
    },
  ];
};

/** Its events go to the same processor, by the logger provider of `otel-exec/export`. */
function directly({ logRecordProcessor }: Sdk): ExecTelemetry {
  const resource = { attributes: {} };
  const loggerProvider = new DirectLoggerProvider({ resource, processors: [logRecordProcessor] });
  return new ExecTelemetry({ methods: METHODS, loggerProvider });
}

/** True by the definition of the variants, whatever their figures are. */
const LIMITS =
  'Ours makes the three calls of the floor (with direct events, two of them), so that it can be no cheaper than the floor: a ratio to by hand below the floor’s own (one over the ratio of by hand to the floor) is out of reach. ' +
  'With a carrier, the floor has its parent extracted beforehand; what the SDK’s propagator costs, which ours and by hand pay too, is in “floor, extracting”. ' +
  'What ours does beyond the floor: it makes the context active (“context active” is that alone), asks the logger whether it wants the event before it reads anything for it, counts, and guards every call.';

await runAlone(import.meta.url, lifecycle);
