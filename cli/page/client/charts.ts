import { type ChartScene, paintChart } from './chart.js';
import { element, make } from './dom.js';
import type { BucketBounds } from './feed-message.js';
import { formatNumber } from './format.js';
import type { MetricHistory, Values } from './metric-history.js';
import { type Palette, readPalette } from './palette.js';
import type { ViewRange } from './view-range.js';

const BIN_PIXELS = 4;
const LEAST_BIN = 1_000;
const RATE_WINDOW = 5_000;
const QUANTILE_WINDOW = 15_000;
const SHARES = [
  { name: 'p50', share: 0.5, dash: [] },
  { name: 'p95', share: 0.95, dash: [6, 3] },
  { name: 'p99', share: 0.99, dash: [2, 2] },
] as const;
const EVERY_MILLIS = 250;

type Key = readonly [name: string, value: string, dash: string];

/** The four charts; they show the stretch of time that the timeline shows. */
export class Charts {
  readonly #history: MetricHistory;
  readonly #view: ViewRange;
  #palette: Palette = readPalette();
  #painted = 0;
  #waiting = false;

  constructor(history: MetricHistory, view: ViewRange) {
    this.#history = history;
    this.#view = view;
  }

  /** The theme is another one. */
  repaint(): void {
    this.#palette = readPalette();
    this.#paint();
  }

  /** Something is new: paints soon. */
  refresh(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    const wait = Math.max(0, this.#painted + EVERY_MILLIS - performance.now());
    setTimeout(() => {
      this.#waiting = false;
      requestAnimationFrame(() => this.#paint());
    }, wait);
  }

  #paint(): void {
    this.#painted = performance.now();
    const edges = this.#edges();
    const bin = (edges[1] ?? 0) - (edges[0] ?? 0);
    const { accent, second } = this.#palette;
    const history = this.#history;
    const window = Math.max(RATE_WINDOW, bin);
    this.#pair('chart-rates', edges, formatNumber, [
      { name: 'requests', values: history.rates(edges, 'requests', window), colour: accent },
      { name: 'processes', values: history.rates(edges, 'processes', window), colour: second },
    ]);
    this.#pair('chart-actives', edges, formatNumber, [
      { name: 'requests', values: history.actives(edges, 'activeRequests'), colour: accent },
      { name: 'processes', values: history.actives(edges, 'activeProcesses'), colour: second },
    ]);
    this.#durations('chart-requests', edges, bin, 'request', accent);
    this.#durations('chart-processes', edges, bin, 'process', second);
  }

  #edges(): number[] {
    const { from, to, millis } = this.#view;
    const { clientWidth } = canvasOf('chart-rates');
    const bin = Math.max(LEAST_BIN, millis / Math.max(1, clientWidth / BIN_PIXELS));
    const edges: number[] = [];
    for (let edge = Math.floor(from / bin) * bin; edge <= to + bin; edge += bin) edges.push(edge);
    return edges;
  }

  #pair(
    id: string,
    edges: number[],
    format: (value: number) => string,
    lines: readonly { name: string; values: Values; colour: string }[],
  ): void {
    const series = lines.map(({ values, colour }, index) => ({
      values,
      colour,
      dash: index === 0 ? [] : [5, 3],
    }));
    this.#show(id, { edges, series, logarithmic: false, format });
    const keys = lines.map(
      ({ name, values }, index): Key => [
        name,
        said(values, format),
        index === 0 ? 'requests solid' : 'processes dashed',
      ],
    );
    tell(id, keys);
  }

  #durations(
    id: string,
    edges: number[],
    bin: number,
    of: keyof BucketBounds,
    colour: string,
  ): void {
    const format = (seconds: number) =>
      seconds >= 1 ? `${formatNumber(seconds)} s` : `${formatNumber(seconds * 1_000)} ms`;
    const window = Math.max(QUANTILE_WINDOW, bin);
    const lines = SHARES.map(({ name, share, dash }) => ({
      name,
      dash,
      values: this.#history.quantiles(edges, of, share, window),
    }));
    const series = lines.map(({ values, dash }) => ({ values, colour, dash }));
    this.#show(id, { edges, series, logarithmic: true, format });
    const line = ['solid', 'dashed', 'dotted'];
    const keys = lines.map(
      ({ name, values }, index): Key => [name, said(values, format), `${of} ${line[index]}`],
    );
    tell(id, keys);
  }

  #show(id: string, scene: Omit<ChartScene, 'from' | 'to'>): void {
    const { from, to } = this.#view;
    paintChart(canvasOf(id), { ...scene, from, to }, this.#palette);
  }
}

function canvasOf(id: string): HTMLCanvasElement {
  return element(id, HTMLElement).querySelector('canvas') as HTMLCanvasElement;
}

function said(values: Values, format: (value: number) => string): string {
  const last = values.findLast((value) => value !== undefined);
  return last === undefined ? '–' : format(last);
}

function tell(id: string, keys: readonly Key[]): void {
  const line = element(id, HTMLElement).querySelector('.now');
  const spoken = keys.map(([name, value]) => `${name} ${value}`).join(', ');
  if (line === null || line.getAttribute('data-said') === spoken) return;
  line.setAttribute('data-said', spoken);
  line.replaceChildren(
    ...keys.map(([name, value, kind]) =>
      make('span', { class: `key ${kind}` }, `${name} `, make('b', {}, value)),
    ),
  );
}
