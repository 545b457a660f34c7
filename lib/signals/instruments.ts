import { type Context, type MeterProvider, metrics } from '@opentelemetry/api';
import type { Convention, Ending, Outcome } from '../conventions/convention.js';
import { complain } from '../opentelemetry/diagnostics.js';
import { type MeterInstruments, meterInstruments } from './meter-instruments.js';
import { type Candidate, type Cell, type Series, SeriesTable } from './series.js';

/** Which label values are listed, and how many unlisted ones are admitted. */
export interface LabelLimits {
  /** Listed values by label name, such as `{ method: ['initialize'] }`; a list admits nothing else. */
  readonly lists: Readonly<Record<string, readonly string[] | undefined>>;
  /** Unlisted values that are admitted, per convention. */
  readonly cap: number;
}

/**
 * What one telemetry counts by one convention. Counts and actives are cells that the hot path adds one
 * to; the SDK pays for its attributes at collection.
 */
export class Instruments<Facts, O extends Outcome> {
  /** How many are open. */
  active = 0;
  /** Its series, and what bounds them. */
  readonly series: SeriesTable<Facts, O>;
  readonly #convention: Convention<Facts, O>;
  readonly #given: MeterProvider | undefined;
  #provider: MeterProvider | undefined;
  #instruments: MeterInstruments | undefined;

  /** @param given the provider to use instead of the global one */
  constructor(
    convention: Convention<Facts, O>,
    limits: LabelLimits,
    given: MeterProvider | undefined,
  ) {
    this.#convention = convention;
    this.#given = given;
    this.series = new SeriesTable(convention, limits.lists, limits.cap);
  }

  /** Whether anybody reads durations; counts are kept all the same. */
  get measured(): boolean {
    this.attach();
    return this.#instruments !== undefined;
  }

  /** The series that facts belong to. Never throws. */
  find(facts: Facts): Series {
    try {
      return this.series.find(facts);
    } catch (error) {
      complain('reading labels', error);
      return this.series.unreadable;
    }
  }

  /** Counts one beginning and returns the series that it belongs to. */
  begin(facts: Facts): Series {
    const series = this.find(facts);
    series.begun.count++;
    series.active.count++;
    this.active++;
    return series;
  }

  /**
   * Counts one end.
   * @param began the series that {@link begin} returned
   * @param series the series of the end, another one if its labels were admitted meanwhile
   * @returns what {@link record} takes; undefined where its attributes can't be read
   */
  settle(began: Series, series: Series, ending: Ending): Cell | undefined {
    began.active.count--;
    this.active--;
    return this.count(series, ending);
  }

  /**
   * Counts an end alone.
   * @returns what {@link record} takes; undefined where its attributes can't be read
   */
  count(series: Series, ending: Ending): Cell | undefined {
    try {
      const cell = this.series.cell(series, ending);
      cell.count++;
      return cell;
    } catch (error) {
      complain('reading metric attributes', error);
      return undefined;
    }
  }

  /** Records the duration of what was counted in a cell, seconds. */
  record(cell: Cell, seconds: number, context: Context): void {
    try {
      this.#instruments?.duration?.record(seconds, cell.attributes, context);
    } catch (error) {
      complain('duration record', error);
    }
  }

  /** Records how long a lifecycle waited before its work began, seconds. */
  queued(series: Series, seconds: number, context: Context): void {
    try {
      this.#instruments?.queue?.record(seconds, series.begun.attributes, context);
    } catch (error) {
      complain('queue duration record', error);
    }
  }

  /** The raw labels of facts whose series isn't proven; undefined where they can't be read. Never throws. */
  candidate(facts: Facts): Candidate | undefined {
    try {
      return this.series.candidate(facts);
    } catch {
      return undefined;
    }
  }

  /** The series that an outcome has proven raw labels to be. Never throws. */
  admit(candidate: Candidate, outcome: O): Series | undefined {
    try {
      return this.series.admit(candidate, outcome);
    } catch (error) {
      complain('admitting labels', error);
      return undefined;
    }
  }

  /** Makes the instruments with the provider that is current, if it has changed. */
  attach(): void {
    const provider = this.#given ?? metrics.getMeterProvider();
    if (provider === this.#provider) return;
    this.#provider = provider;
    const table = this.#convention.metrics;
    this.#instruments = undefined;
    if (table === undefined) return;
    try {
      this.#instruments = meterInstruments(provider, table);
      this.#instruments?.sources.add(this);
    } catch (error) {
      complain('making instruments', error);
    }
  }
}
