import { type ChartScene, paintChart, type Series } from './chart.js';
import { chartsOf, describe, type ShownChart } from './default-charts.js';
import { element, make } from './dom.js';
import type { ChartRecord } from './feed-message.js';
import { formatOf } from './format.js';
import type { MetricCurves, Values } from './metric-curves.js';
import { type Palette, readPalette } from './palette.js';
import type { ViewRange } from './view-range.js';

const BIN_PIXELS = 4;
const LEAST_BIN = 1_000;
const RATE_WINDOW = 5_000;
const QUANTILE_WINDOW = 15_000;
const SHARES = [
  { label: 'p50', share: 0.5 },
  { label: 'p95', share: 0.95 },
  { label: 'p99', share: 0.99 },
] as const;
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2]];
const STROKES = ['solid', 'dashed', 'dotted'];
const EVERY_MILLIS = 250;
const FEW_CHARTS = 4;

interface Line extends Series {
  readonly label: string;
  /** Class of its key. */
  readonly look: string;
}

/** The charts; they show the stretch of time that the timeline shows. */
export class Charts {
  readonly #history: MetricCurves;
  readonly #view: ViewRange;
  readonly #section = element('charts', HTMLElement);
  readonly #figures = new Map<string, HTMLElement>();
  #palette: Palette = readPalette();
  readonly #more = make('button', { type: 'button', class: 'small', id: 'more-charts' });
  #chosen: readonly ChartRecord[] | undefined;
  #all = false;
  #painted = 0;
  #waiting = false;

  constructor(history: MetricCurves, view: ViewRange) {
    this.#history = history;
    this.#view = view;
    this.#more.addEventListener('click', () => {
      this.#all = !this.#all;
      this.#paint();
    });
  }

  /** The charts that there are; undefined: one for each of the first metrics that came. */
  set chosen(chosen: readonly ChartRecord[] | undefined) {
    this.#chosen = chosen;
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
    const charts = this.#charts();
    const figures = charts.map((chart) => this.#figureOf(chart));
    const { length } = this.#history.instruments;
    const more = this.#chosen === undefined && length > FEW_CHARTS ? [this.#more] : [];
    this.#more.textContent = this.#all ? 'Fewer charts' : `All ${length} charts`;
    this.#more.setAttribute('aria-expanded', String(this.#all));
    this.#put([...figures, ...more]);
    const edges = this.#edges();
    let quantiles = 0;
    for (const [index, chart] of charts.entries()) {
      const figure = figures[index] as HTMLElement;
      const second = chart.shows === 'quantiles' && quantiles++ % 2 === 1;
      const lines = chart.shows === 'quantiles' ? this.#quantiles(chart, edges, second) : [];
      this.#show(figure, chart, edges, lines.length > 0 ? lines : this.#numbers(chart, edges));
    }
  }

  #charts(): readonly ShownChart[] {
    const charts = this.#chosen ?? chartsOf(this.#history.instruments);
    return this.#all || this.#chosen !== undefined ? charts : charts.slice(0, FEW_CHARTS);
  }

  #put(parts: readonly HTMLElement[]): void {
    const { children } = this.#section;
    if (parts.length === children.length && parts.every((one, at) => one === children[at])) return;
    this.#section.replaceChildren(...parts);
    this.#section.classList.toggle('more', parts.includes(this.#more));
    this.#section.hidden = parts.length === 0;
  }

  #figureOf(chart: ShownChart): HTMLElement {
    const key = JSON.stringify(chart);
    const known = this.#figures.get(key);
    if (known !== undefined) return known;
    const made = make(
      'figure',
      { class: 'card chart' },
      make('figcaption', {}, titleOf(chart), make('p', { class: 'now' })),
      make('canvas', { role: 'img', 'aria-label': describe(chart) }),
    );
    this.#figures.set(key, made);
    return made;
  }

  #edges(): number[] {
    const { from, to, millis } = this.#view;
    const width = this.#section.querySelector('canvas')?.clientWidth ?? 0;
    const bin = Math.max(LEAST_BIN, millis / Math.max(1, width / BIN_PIXELS));
    const edges: number[] = [];
    for (let edge = Math.floor(from / bin) * bin; edge <= to + bin; edge += bin) edges.push(edge);
    return edges;
  }

  #numbers({ shows, lines }: ChartRecord, edges: readonly number[]): Line[] {
    const window = Math.max(RATE_WINDOW, binOf(edges));
    return lines.map(({ metric, label }, index) => ({
      label,
      values:
        shows === 'rate'
          ? this.#history.rates(edges, metric, window)
          : this.#history.levels(edges, metric),
      colour: index % 2 === 0 ? this.#palette.accent : this.#palette.second,
      dash: DASHES[index % DASHES.length] ?? [],
      look: `${index % 2 === 0 ? 'first' : 'second'} ${STROKES[index % STROKES.length]}`,
    }));
  }

  #quantiles({ lines }: ChartRecord, edges: readonly number[], second: boolean): Line[] {
    const window = Math.max(QUANTILE_WINDOW, binOf(edges));
    const metric = lines[0]?.metric ?? '';
    return SHARES.map(({ label, share }, index) => ({
      label,
      values: this.#history.quantiles(edges, metric, share, window),
      colour: second ? this.#palette.second : this.#palette.accent,
      dash: DASHES[index] ?? [],
      look: `${second ? 'second' : 'first'} ${STROKES[index]}`,
    }));
  }

  #show(
    figure: HTMLElement,
    { shows, lines }: ChartRecord,
    edges: readonly number[],
    series: readonly Line[],
  ): void {
    const { from, to } = this.#view;
    const unit = this.#history.instrument(lines[0]?.metric ?? '')?.unit ?? '';
    const format = formatOf(shows === 'rate' ? '1' : unit);
    const scene: ChartScene = {
      from,
      to,
      edges,
      series,
      logarithmic: shows === 'quantiles',
      format,
    };
    paintChart(figure.querySelector('canvas') as HTMLCanvasElement, scene, this.#palette);
    tell(figure, series, format);
  }
}

function titleOf({ title, service }: ShownChart): HTMLElement {
  if (!service) return make('h2', { title }, title);
  return make(
    'h2',
    { class: 'whose', title: `${title} · ${service}` },
    make('span', { class: 'name' }, title),
    make('span', { class: 'service' }, ` · ${service}`),
  );
}

function binOf(edges: readonly number[]): number {
  return (edges[1] ?? 0) - (edges[0] ?? 0);
}

function said(values: Values, format: (value: number) => string): string {
  const last = values.findLast((value) => value !== undefined);
  return last === undefined ? '–' : format(last);
}

function tell(figure: HTMLElement, lines: readonly Line[], format: (value: number) => string) {
  const keys = lines.map(({ label, values, look }) => ({
    label,
    look,
    value: said(values, format),
  }));
  const line = figure.querySelector('.now');
  const spoken = keys.map(({ label, value }) => `${label} ${value}`).join(', ');
  if (line === null || line.getAttribute('data-said') === spoken) return;
  line.setAttribute('data-said', spoken);
  line.replaceChildren(
    ...keys.map(({ label, value, look }) =>
      make('span', { class: `key ${look}` }, `${label} `, make('b', {}, value)),
    ),
  );
}
