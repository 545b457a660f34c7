import type { ChartRecord, InstrumentRecord } from './feed-message.js';

/** A chart, and whose metric it shows where there are several senders. */
export interface ShownChart extends ChartRecord {
  readonly service?: string | undefined;
}

/** A chart for each metric: how long things take first, then how many there are, then how often. */
export function chartsOf(instruments: readonly InstrumentRecord[]): ShownChart[] {
  const shown = { histogram: 'quantiles', level: 'level', count: 'rate' } as const;
  const order = Object.keys(shown);
  const services = new Set(instruments.map(({ service }) => service)).size;
  return instruments
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    .map(({ key, name, kind, service }) => ({
      title: name,
      service: services > 1 ? service : undefined,
      shows: shown[kind],
      lines: [{ metric: key, label: kind === 'count' ? 'per second' : 'now' }],
    }));
}

/** What a chart shows, in words. */
export function describe({ title: name, service, shows, lines }: ShownChart): string {
  const title = service ? `${name} of ${service}` : name;
  if (shows === 'quantiles') return `${title}, 50th, 95th and 99th percentile`;
  return `${title}: ${lines.map(({ label }) => label).join(', ')}`;
}
