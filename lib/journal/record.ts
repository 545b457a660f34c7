import type { Moment } from './host.js';

/** Something that may be told of a process again by another host. */
export type Fact = string | number | readonly string[];

/** What a journal holds of one open process. */
export interface JournalRecord {
  readonly facts: Readonly<Record<string, Fact>>;
  /** The process's context. @see https://www.w3.org/TR/trace-context/#traceparent-header */
  readonly traceparent?: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly began: number;
  readonly pid?: number | undefined;
  /** When it had the pid. */
  readonly spawned?: Moment | undefined;
}

/** Bytes that every record takes, so that it is written, replaced and taken away in its place. */
export const RECORD_BYTES = 512;

/** What stands where no record is. */
export const BLANK = `${' '.repeat(RECORD_BYTES - 1)}\n`;

/** Bytes that are kept for what is known of a process once it was spawned. */
const SPAWNED_BYTES = 96;
const MAX_PID = 2 ** 32;

/** A record without its end: JSON up to the last brace. */
export interface OpenRecord {
  readonly text: string;
  readonly bytes: number;
}

/**
 * Begins a record. Most of the work is here, before a process is spawned: after a fork, each page that is written to
 * is copied first. Facts that have no room, the latest first, are left out.
 */
export function beginRecord(record: Omit<JournalRecord, 'pid' | 'spawned'>): OpenRecord {
  let { facts } = record;
  for (;;) {
    const text = JSON.stringify({ ...record, facts }).slice(0, -1);
    const bytes = Buffer.byteLength(text);
    const names = Object.keys(facts);
    if (bytes + SPAWNED_BYTES < RECORD_BYTES || names.length === 0) return { text, bytes };
    facts = Object.fromEntries(names.slice(0, -1).map((name) => [name, facts[name] as Fact]));
  }
}

/** The line of a record: JSON, then spaces. */
export function endRecord({ text, bytes }: OpenRecord, spawned?: { pid: number } & Moment): string {
  const { pid, wall, ticks } = spawned ?? {};
  const known = ticks === undefined ? `{"wall":${wall}}` : `{"wall":${wall},"ticks":${ticks}}`;
  const end = spawned === undefined ? '}' : `,"pid":${pid},"spawned":${known}}`;
  return text + end + BLANK.slice(bytes + end.length);
}

/**
 * Reads a line.
 * @returns `blank` where no record is, `torn` for one that can't be read
 */
export function parseRecord(line: Buffer): JournalRecord | 'blank' | 'torn' {
  const text = line.toString('utf8').replaceAll('\0', ' ').trim();
  if (text === '') return 'blank';
  try {
    return readRecord(JSON.parse(text)) ?? 'torn';
  } catch {
    return 'torn';
  }
}

function readRecord(value: unknown): JournalRecord | undefined {
  const { facts, traceparent, began, pid, spawned } = value as Record<string, unknown>;
  if (typeof facts !== 'object' || facts === null || typeof began !== 'number') return undefined;
  return {
    facts: Object.fromEntries(
      Object.entries(facts).filter((entry): entry is [string, Fact] => isFact(entry[1])),
    ),
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    began,
    pid:
      Number.isInteger(pid) && Number(pid) > 0 && Number(pid) < MAX_PID ? Number(pid) : undefined,
    spawned: readMoment(spawned),
  };
}

function readMoment(value: unknown): Moment | undefined {
  const { wall, ticks } = (value ?? {}) as Record<string, unknown>;
  if (typeof wall !== 'number') return undefined;
  return { wall, ticks: typeof ticks === 'number' ? ticks : undefined };
}

/** Whether a value can be kept in a record. */
export function isFact(value: unknown): value is Fact {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return typeof value === 'string' || Number.isFinite(value);
}
