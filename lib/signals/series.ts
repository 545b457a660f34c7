import type { Attributes } from '@opentelemetry/api';
import { OTHER } from '../conventions/attributes.js';
import type { Convention, Ending, Label, Labels, Outcome } from '../conventions/convention.js';
import { cut, MAX_TEXT } from '../conventions/fields.js';
import { fillAttributes } from './fields.js';

/** One count with the attributes that it is observed with, made once. */
export interface Cell {
  readonly attributes: Attributes;
  count: number;
}

/** What all lifecycles with the same bounded label values share. */
export interface Series {
  readonly labels: Labels;
  /** Whether every label is admitted, so that no outcome can prove more. */
  readonly proven: boolean;
  readonly spanName: string;
  /** Attributes that a span gets at creation. */
  readonly creation: Attributes;
  readonly begun: Cell;
  readonly active: Cell;
  /** Settled lifecycles by what {@link keyOf} makes of their ending. */
  readonly settled: Map<string, Cell>;
}

/** Raw label values, in the order of the convention's labels. */
export type Candidate = readonly (string | undefined)[];

/** Distinct pairs of error type and code that a convention carries before the rest becomes `_OTHER`. */
const MAX_FAILURES = 64;

const SEPARATOR = '\0';

/**
 * The bounded set of series of one convention. A value is admitted if it is listed, or, where nothing is
 * listed, as the convention's `admit` says. Series that have a value which nobody listed are `cap` at most.
 */
export class SeriesTable<Facts, O extends Outcome> {
  readonly #convention: Convention<Facts, O>;
  readonly #lists: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #cap: number;
  readonly #series = new Map<string, Series>();
  readonly #failures = new Set<string>();
  #unlisted = 0;

  /**
   * @param lists the values that are admitted, by the label's name; a list admits nothing else
   * @param cap how many series may have a value that nobody listed
   */
  constructor(
    convention: Convention<Facts, O>,
    lists: Readonly<Record<string, readonly string[] | undefined>>,
    cap: number,
  ) {
    this.#convention = convention;
    this.#cap = cap;
    this.#lists = new Map(
      Object.entries(lists).flatMap(([name, list]) => (list ? [[name, new Set(list)]] : [])),
    );
  }

  /** Every series that exists, for observation. */
  get all(): Iterable<Series> {
    return this.#series.values();
  }

  /** The series of some facts, with `other` for every value that isn't admitted. */
  find(facts: Facts): Series {
    let key: string | undefined;
    for (const label of this.#convention.labels) key = join(key, read(label, facts));
    return this.#series.get(key ?? '') ?? this.#bind(this.candidate(facts));
  }

  /** The series of facts that can't be read: every label is `other`. */
  get unreadable(): Series {
    return this.#bind(this.#convention.labels.map(({ other }) => other));
  }

  /** The raw values of facts. */
  candidate(facts: Facts): Candidate {
    return this.#convention.labels.map((label) => read(label, facts));
  }

  /** The series of raw values that their outcome has proven; undefined where it hasn't, or where there is no room. */
  admit(candidate: Candidate, outcome: O): Series | undefined {
    const { admit } = this.#convention;
    return admit !== 'begin' && admit(outcome)
      ? (this.#series.get(keyOf(candidate)) ?? this.#make(candidate))
      : undefined;
  }

  /** What a metric may say of an outcome: the error type and code if they are of the first few. */
  bound(outcome: O): Ending {
    const { result, errorType, code } = outcome;
    if (errorType === undefined && code === undefined) return outcome;
    const failure = `${errorType}${SEPARATOR}${code}`;
    if (!this.#failures.has(failure)) {
      const isLong = errorType !== undefined && errorType.length > MAX_TEXT;
      if (isLong || this.#failures.size >= MAX_FAILURES) {
        return { result, errorType: errorType && OTHER, code: undefined };
      }
      this.#failures.add(failure);
    }
    return outcome;
  }

  /** The cell that counts an ending and carries its metric attributes, which are made of nothing else. */
  cell(series: Series, ending: Ending): Cell {
    const key = keyOfEnding(ending);
    let cell = series.settled.get(key);
    if (cell === undefined) {
      cell = this.#settledCell(series, ending);
      series.settled.set(key, cell);
    }
    return cell;
  }

  /** The attribute and cut value of each raw label that stayed `other`. */
  originals(series: Series, candidate: Candidate): Attributes {
    const attributes: Attributes = {};
    for (const [index, { name, original, other }] of this.#convention.labels.entries()) {
      const raw = candidate[index];
      if (original && raw !== undefined && series.labels[name] === other) {
        attributes[original] = cut(raw);
      }
    }
    return attributes;
  }

  #settledCell(series: Series, ending: Ending): Cell {
    const attributes: Attributes = { ...series.begun.attributes };
    fillAttributes(attributes, this.#convention.metrics?.attributes ?? [], ending);
    for (const cell of series.settled.values()) {
      if (sameAttributes(cell.attributes, attributes)) return cell;
    }
    return { attributes: Object.freeze(attributes), count: 0 };
  }

  /** The series of raw values in which every one that isn't admitted at begin is `other`. */
  #bind(candidate: Candidate): Series {
    const { admit, labels } = this.#convention;
    const bind = (isAdmitted: (label: Label<Facts>, value: string) => boolean) =>
      labels.map((label, index) => {
        const value = candidate[index];
        return value === undefined || isAdmitted(label, value) ? value : label.other;
      });
    const bound =
      admit === 'begin' ? candidate : bind((label, value) => this.#isListed(label, value));
    const found = this.#series.get(keyOf(bound)) ?? this.#make(bound);
    if (found !== undefined) return found;
    const listed = bind((label, value) => this.#isListed(label, value));
    return this.#series.get(keyOf(listed)) ?? this.#build(listed);
  }

  #isListed({ name, known }: Label<Facts>, value: string): boolean {
    return this.#lists.get(name)?.has(value) || known?.includes(value) || false;
  }

  /** Makes a series of values that may be admitted; undefined where one may not, or where there is no room. */
  #make(values: Candidate): Series | undefined {
    let unlisted = false;
    for (const [index, label] of this.#convention.labels.entries()) {
      const value = values[index];
      if (value === undefined || value === label.other || this.#isListed(label, value)) continue;
      if (this.#lists.has(label.name) || !isLabel(value)) return undefined;
      unlisted = true;
    }
    if (unlisted && this.#unlisted >= this.#cap) return undefined;
    if (unlisted) this.#unlisted++;
    return this.#build(values);
  }

  #build(values: Candidate): Series {
    const { labels, metrics, span } = this.#convention;
    const named: Record<string, string | undefined> = {};
    const metricAttributes: Attributes = { ...metrics?.constant };
    const creation: Attributes = { ...span?.constant };
    for (const [index, label] of labels.entries()) {
      const value = values[index];
      named[label.name] = value;
      if (value === undefined) continue;
      if (label.metric) metricAttributes[label.metric] = value;
      if (label.span) creation[label.span] = value === label.other ? OTHER : value;
    }
    Object.freeze(metricAttributes);
    const series: Series = {
      labels: Object.freeze(named),
      proven: !labels.some(({ other }, index) => values[index] === other),
      spanName: span?.name(named) ?? '',
      creation: Object.freeze(creation),
      begun: { attributes: metricAttributes, count: 0 },
      active: { attributes: metricAttributes, count: 0 },
      settled: new Map(),
    };
    this.#series.set(keyOf(values), series);
    return series;
  }
}

/** A value that is part of a key: no separator in it, and not empty, which stands for an absent one. */
function isLabel(value: string): boolean {
  return value !== '' && value.length <= MAX_TEXT && !value.includes(SEPARATOR);
}

function join(key: string | undefined, value: string | undefined): string {
  return key === undefined ? (value ?? '') : `${key}${SEPARATOR}${value ?? ''}`;
}

function keyOf(values: Candidate): string {
  let key: string | undefined;
  for (const value of values) key = join(key, value);
  return key ?? '';
}

function keyOfEnding({ result, errorType, code }: Ending): string {
  return errorType === undefined && code === undefined
    ? result
    : [result, errorType, code].join(SEPARATOR);
}

function read<Facts>(label: Label<Facts>, facts: Facts): string | undefined {
  const value: unknown = label.of(facts);
  return value === undefined || typeof value === 'string' ? value : label.other;
}

function sameAttributes(left: Attributes, right: Attributes): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => left[name] === right[name])
  );
}
