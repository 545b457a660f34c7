import {
  type Attributes,
  createNoopMeter,
  type Histogram,
  type Meter,
  type MeterProvider,
  type ObservableResult,
} from '@opentelemetry/api';
import type { HistogramTable, InstrumentTable, MetricsTable } from '../conventions/convention.js';
import { SCHEMA_URL, VERSION } from '../opentelemetry/version.js';
import type { Cell, Series } from './series.js';
import { SCOPE } from './tracer.js';

/** Something whose counts are observed at collection. */
export interface CountSource {
  readonly active: number;
  readonly series: { readonly all: Iterable<Series> };
}

/** The instruments of one convention with one meter provider, shared by all that count by it. */
export interface MeterInstruments {
  readonly duration: Histogram | undefined;
  readonly queue: Histogram | undefined;
  readonly sources: Set<CountSource>;
}

const shared = new WeakMap<MeterProvider, Map<string, MeterInstruments>>();

/**
 * The instruments of a convention with a provider, made at the first call. Two telemetries in one
 * process share them, since two callbacks that observe the same attributes overwrite each other.
 * @returns undefined where no SDK is behind the provider
 * @throws what a broken provider throws
 */
export function meterInstruments(
  provider: MeterProvider,
  table: MetricsTable,
): MeterInstruments | undefined {
  const meter = provider.getMeter(SCOPE, VERSION, { schemaUrl: SCHEMA_URL });
  if (meter === createNoopMeter()) return undefined;
  const made = shared.get(provider) ?? new Map<string, MeterInstruments>();
  shared.set(provider, made);
  const { begun, active, settled, notifications, duration, queue } = table;
  const key = [begun, active, settled, notifications, duration, queue]
    .map((instrument) => instrument?.name)
    .join();
  const instruments = made.get(key) ?? make(meter, table);
  made.set(key, instruments);
  return instruments;
}

function make(meter: Meter, table: MetricsTable): MeterInstruments {
  const sources = new Set<CountSource>();
  const observe =
    (cells: (series: Series) => Iterable<Cell>) => (to: ObservableResult<Attributes>) => {
      for (const { attributes, count } of total(sources, cells)) to.observe(count, attributes);
    };
  if (table.begun) counter(meter, table.begun).addCallback(observe(({ begun }) => [begun]));
  if (table.notifications) {
    counter(meter, table.notifications).addCallback(
      observe(({ notified }) => (notified.count > 0 ? [notified] : [])),
    );
  }
  if (table.settled) {
    counter(meter, table.settled).addCallback(observe(({ settled }) => new Set(settled.values())));
  }
  if (table.active) {
    const { name, description, unit, labelled } = table.active;
    const constant = { ...table.constant };
    meter.createObservableUpDownCounter(name, { description, unit }).addCallback(
      labelled
        ? observe(({ active }) => [active])
        : (to) => {
            let open = 0;
            for (const source of sources) open += source.active;
            to.observe(open, constant);
          },
    );
  }
  return {
    sources,
    duration: table.duration && histogram(meter, table.duration),
    queue: table.queue && histogram(meter, table.queue),
  };
}

function total(
  sources: Iterable<CountSource>,
  cells: (series: Series) => Iterable<Cell>,
): Iterable<Cell> {
  const totals = new Map<string, Cell>();
  for (const source of sources) {
    for (const series of source.series.all) {
      for (const { attributes, count } of cells(series)) {
        const key = JSON.stringify(attributes);
        const sum = totals.get(key);
        if (sum === undefined) totals.set(key, { attributes, count });
        else sum.count += count;
      }
    }
  }
  return totals.values();
}

function histogram(meter: Meter, table: HistogramTable): Histogram {
  const { name, description, unit, boundaries } = table;
  return meter.createHistogram(name, {
    description,
    unit,
    advice: { explicitBucketBoundaries: [...boundaries] },
  });
}

function counter(meter: Meter, { name, description, unit }: InstrumentTable) {
  return meter.createObservableCounter(name, { description, unit });
}
