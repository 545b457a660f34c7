import { closeSync, futimesSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { complain } from '../opentelemetry/diagnostics.js';
import { makeFileName } from './file-name.js';
import { type Moment, thisMoment } from './host.js';
import {
  BLANK,
  beginRecord,
  endRecord,
  type JournalRecord,
  type OpenRecord,
  RECORD_BYTES,
} from './record.js';

/** How often a host says in its file that it lives, while a process is open, milliseconds. */
export const TOUCH_EVERY_MILLIS = 1_000;

/**
 * One file in which a host keeps a record of each process that is open, in place: a file of a thousand
 * processes that come and go is as long as those that are open at once. The file is there only while there
 * are any, and its time of modification is when the host was last known to live. Nothing here throws.
 */
export class Journal {
  readonly #directory: string;
  readonly #kind: string;
  readonly #free: number[] = [];
  readonly #unwritten = new Set<JournalEntry>();
  #file: { readonly path: string; readonly descriptor: number } | undefined;
  #places = 0;
  #open = 0;
  #timer: NodeJS.Timeout | undefined;
  #told = false;

  /**
   * @param directory is made, for this user alone, where it isn't there
   * @param kind what its processes are told as; a host of another kind leaves them alone
   */
  constructor(directory: string, kind: string) {
    this.#directory = directory;
    this.#kind = kind;
  }

  /**
   * Keeps a record until it is taken away. It is written once the process has a pid, or else at the end of this
   * turn of the event loop, so that nothing is written before a process is spawned.
   */
  enter(record: Omit<JournalRecord, 'pid' | 'spawned'>): JournalEntry {
    const entry = new JournalEntry(this, beginRecord(record));
    if (this.#unwritten.size === 0) setImmediate(() => this.#writeAll()).unref();
    this.#unwritten.add(entry);
    return entry;
  }

  /** Takes the file away where nothing is open any more. */
  close(): void {
    if (this.#open > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    const file = this.#file;
    this.#file = undefined;
    this.#free.length = 0;
    this.#places = 0;
    if (file === undefined) return;
    this.#attempt('removing the journal', () => {
      closeSync(file.descriptor);
      unlinkSync(file.path);
    });
  }

  /**
   * Writes a record, in its place or in a free one.
   * @returns its place; undefined where it can't be kept, and `diag` is told
   * @internal
   */
  write(entry: JournalEntry, line: string, before: number | undefined): number | undefined {
    this.#unwritten.delete(entry);
    const place = before ?? this.#free.pop() ?? this.#places++;
    const isWritten = this.#attempt('writing the journal', () => {
      this.#put(place, line);
    });
    if (before !== undefined) return before;
    if (!isWritten) {
      this.#free.push(place);
      return undefined;
    }
    this.#open++;
    this.#timer ??= setInterval(() => this.#touch(), TOUCH_EVERY_MILLIS).unref();
    return place;
  }

  /** Takes a record away. @internal */
  erase(entry: JournalEntry, place: number | undefined): void {
    this.#unwritten.delete(entry);
    if (place === undefined) return;
    this.#attempt('writing the journal', () => this.#put(place, BLANK));
    this.#free.push(place);
    this.#open--;
  }

  #writeAll(): void {
    for (const entry of this.#unwritten) entry.write();
  }

  #put(place: number, line: string): void {
    this.#file ??= this.#create();
    const { descriptor } = this.#file;
    const written = writeSync(descriptor, line, place * RECORD_BYTES);
    if (written < RECORD_BYTES) throw new Error('there is no room for a record');
  }

  #create() {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const path = join(this.#directory, makeFileName(this.#kind));
    return { path, descriptor: openSync(path, 'wx', 0o600) };
  }

  #touch(): void {
    if (this.#open === 0) this.close();
    const now = new Date();
    if (this.#file === undefined) return;
    const { descriptor } = this.#file;
    this.#attempt('writing the journal', () => futimesSync(descriptor, now, now));
  }

  /** Tells `diag` of the first failure alone: a disk that is full may be so for hours. */
  #attempt(what: string, work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!this.#told) complain(what, error);
      this.#told = true;
      return false;
    }
  }
}

/** The record of one open process. */
export class JournalEntry {
  readonly #journal: Journal;
  readonly #record: OpenRecord;
  #spawned: ({ readonly pid: number } & Moment) | undefined;
  #place: number | undefined;

  /** @internal */
  constructor(journal: Journal, record: OpenRecord) {
    this.#journal = journal;
    this.#record = record;
  }

  /** Writes it now. */
  write(): void {
    this.#place = this.#journal.write(this, endRecord(this.#record, this.#spawned), this.#place);
  }

  /** Adds the pid, and the moment, which tells the process from another that gets the pid later. */
  started(pid: number | undefined): void {
    if (!isPid(pid) || this.#spawned !== undefined) return;
    this.#spawned = { pid, ...thisMoment() };
    this.write();
  }

  /** The event loop is held up from now on until the process ends. */
  blocked(): void {
    this.write();
  }

  /** Takes the record away. Call it once. */
  ended(): void {
    this.#journal.erase(this, this.#place);
  }
}

function isPid(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
