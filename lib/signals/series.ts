import type { Attributes } from '@opentelemetry/api';
import { OTHER } from '../conventions/attributes.js';
import type { Convention, Ending, Label, Outcome } from '../conventions/convention.js';
import { cut, MAX_TEXT } from '../conventions/fields.js';

/** One count with the attributes that it is observed with, made once. */
export interface Cell {
  readonly attributes: Attributes;
  count: number;
}

/** Distinct error types a convention carries before the rest becomes `_OTHER`. */
const MAX_ERROR_TYPES = 64;

/** What all lifecycles with the same bounded label values share. */
export interface Series {
  readonly labels: readonly (string | undefined)[];
  /** Whether every label is admitted, so that no outcome can prove more. */
  readonly proven: boolean;
  readonly spanName: string;
  /** Attributes that a span gets at creation. */
  readonly creation: Attributes;
  readonly begun: Cell;
  readonly active: Cell;
  /** Settled lifecycles by result and error type. */
  readonly settled: Map<string, Cell>;
}

interface Node {
  readonly children: Map<string, Node>;
  absent?: Node;
  other?: Node;
  series?: Series;
}

/** Raw label values that had no series of their own at begin, kept to be admitted at settle. */
export type Candidate = readonly (string | undefined)[];

/**
 * The bounded set of label values of one convention. A value is admitted if it is listed, or, where
 * nothing is listed, as the convention's `admit` says, up to `cap` values in all.
 */
export class SeriesTable<Facts, O extends Outcome> {
  readonly #convention: Convention<Facts, O>;
  readonly #lists: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #cap: number;
  readonly #root: Node = { children: new Map() };
  readonly #all: Series[] = [];
  readonly #errorTypes = new Set<string>();
  #admitted = 0;

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
  get all(): readonly Series[] {
    return this.#all;
  }

  /** The series of some facts, with `other` for every value that isn't admitted. */
  find(facts: Facts): Series {
    let node = this.#root;
    for (const label of this.#convention.labels) {
      const value = read(label, facts);
      node =
        value === undefined
          ? absentChild(node)
          : (node.children.get(value) ??
            this.#admitAtBegin(node, label, value) ??
            otherChild(node));
    }
    return node.series ?? this.#build(node, facts);
  }

  /** The series of facts that can't be read: every label is `other`. */
  get unreadable(): Series {
    let node = this.#root;
    for (const _ of this.#convention.labels) node = otherChild(node);
    return (
      node.series ??
      this.#buildFrom(
        node,
        this.#convention.labels.map((label) => label.other),
      )
    );
  }

  /** The raw values of facts whose series isn't proven. */
  candidate(facts: Facts): Candidate {
    return this.#convention.labels.map((label) => read(label, facts));
  }

  /** The series of raw values whose outcome may have proven them. */
  admit(candidate: Candidate, outcome: O): Series | undefined {
    const { admit, labels } = this.#convention;
    if (admit === 'begin' || !admit(outcome)) return undefined;
    let node = this.#root;
    for (const [index, label] of labels.entries()) {
      const value = candidate[index];
      if (value === undefined) node = absentChild(node);
      else {
        const child = node.children.get(value) ?? this.#add(node, label, value);
        if (child === undefined) return undefined;
        node = child;
      }
    }
    return node.series ?? this.#buildFrom(node, candidate);
  }

  /** The error type if it is one of the first few; `_OTHER` otherwise. */
  bound(errorType: string | undefined): string | undefined {
    if (errorType === undefined || this.#errorTypes.has(errorType)) return errorType;
    if (this.#errorTypes.size >= MAX_ERROR_TYPES || errorType.length > MAX_TEXT) return OTHER;
    this.#errorTypes.add(errorType);
    return errorType;
  }

  /** The cell that counts a settlement and carries its metric attributes. */
  cell(series: Series, outcome: O, errorType: string | undefined): Cell {
    const { result } = outcome;
    const key = errorType === undefined ? result : `${result}\0${errorType}`;
    let cell = series.settled.get(key);
    if (cell === undefined) {
      cell = this.#settledCell(series, { outcome, errorType });
      series.settled.set(key, cell);
    }
    return cell;
  }

  #settledCell(series: Series, ending: Ending<O>): Cell {
    const attributes: Attributes = { ...series.begun.attributes };
    for (const field of this.#convention.metrics?.attributes ?? []) {
      const value = field.of(ending);
      if (value !== undefined) attributes[field.name] = value;
    }
    for (const cell of series.settled.values()) {
      if (sameAttributes(cell.attributes, attributes)) return cell;
    }
    return { attributes: Object.freeze(attributes), count: 0 };
  }

  #admitAtBegin(node: Node, label: Label<Facts>, value: string): Node | undefined {
    const listed = this.#lists.get(label.name)?.has(value) || label.known?.includes(value);
    return listed || this.#convention.admit === 'begin' ? this.#add(node, label, value) : undefined;
  }

  #add(node: Node, label: Label<Facts>, value: string): Node | undefined {
    const list = this.#lists.get(label.name);
    const free = list === undefined && !label.known?.includes(value);
    if (list !== undefined && !list.has(value)) return undefined;
    if (free && (this.#admitted >= this.#cap || value.length > MAX_TEXT)) return undefined;
    if (free) this.#admitted++;
    const child: Node = { children: new Map() };
    node.children.set(value, child);
    return child;
  }

  #build(node: Node, facts: Facts): Series {
    let at = this.#root;
    const labels = this.#convention.labels.map((label) => {
      const value = read(label, facts);
      if (value === undefined) {
        at = at.absent as Node;
        return undefined;
      }
      const child = at.children.get(value);
      at = child ?? (at.other as Node);
      return child ? value : label.other;
    });
    return this.#buildFrom(node, labels);
  }

  #buildFrom(node: Node, labels: readonly (string | undefined)[]): Series {
    const { span, metrics } = this.#convention;
    const metricAttributes: Attributes = { ...metrics?.constant };
    const creation: Attributes = { ...span?.constant };
    for (const [index, label] of this.#convention.labels.entries()) {
      const value = labels[index];
      if (value === undefined) continue;
      if (label.metric) metricAttributes[label.metric] = value;
      if (label.span) creation[label.span] = value === label.other ? OTHER : value;
    }
    Object.freeze(metricAttributes);
    const isOther = (label: Label<Facts>, index: number) => labels[index] === label.other;
    const series: Series = {
      labels: Object.freeze([...labels]),
      proven: !this.#convention.labels.some(isOther),
      spanName: span?.name(labels) ?? '',
      creation: Object.freeze(creation),
      begun: { attributes: metricAttributes, count: 0 },
      active: { attributes: metricAttributes, count: 0 },
      settled: new Map(),
    };
    node.series = series;
    this.#all.push(series);
    return series;
  }

  /** The attribute and cut value of each raw label that stayed `other`. */
  originals(series: Series, candidate: Candidate): Attributes {
    const attributes: Attributes = {};
    for (const [index, label] of this.#convention.labels.entries()) {
      const raw = candidate[index];
      if (label.original && raw !== undefined && series.labels[index] === label.other) {
        attributes[label.original] = cut(raw);
      }
    }
    return attributes;
  }
}

function absentChild(node: Node): Node {
  node.absent ??= { children: new Map() };
  return node.absent;
}

function otherChild(node: Node): Node {
  node.other ??= { children: new Map() };
  return node.other;
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
