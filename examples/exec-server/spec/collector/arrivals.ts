import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attribute, LogRecord, Span } from './otlp.js';

/** An OTLP attribute's value, whatever its type. */
type AnyValue = Readonly<Record<string, unknown>>;

interface Group {
  readonly resource?: { readonly attributes?: readonly Attribute[] };
  readonly scopeSpans?: readonly { readonly spans: readonly Span[] }[];
  readonly scopeLogs?: readonly { readonly logRecords: readonly LogRecord[] }[];
}

/** A span or log record that arrived, with the attributes of its resource. */
export type Arrived<T> = T & { readonly resource: Readonly<Record<string, unknown>> };

/**
 * What a collector has written to `traces.json` and `logs.json`, each span and log record once: the
 * files are read on from where the last reading ended.
 */
export class Arrivals {
  readonly spans = new Map<string, Arrived<Span>>();
  /** By span id and event name. */
  readonly logRecords = new Map<string, Arrived<LogRecord>>();
  /** How many came more than once. */
  duplicates = 0;
  readonly #directory: string;
  readonly #read = new Map<string, { position: number; rest: Buffer }>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Reads on. */
  async read(): Promise<this> {
    for (const group of await this.#readGroups('traces.json', 'resourceSpans')) {
      const resource = toRecord(group.resource?.attributes);
      for (const span of group.scopeSpans?.flatMap(({ spans }) => spans) ?? []) {
        this.#keep(this.spans, span.spanId, { ...span, resource });
      }
    }
    for (const group of await this.#readGroups('logs.json', 'resourceLogs')) {
      const resource = toRecord(group.resource?.attributes);
      for (const record of group.scopeLogs?.flatMap(({ logRecords }) => logRecords) ?? []) {
        this.#keep(this.logRecords, `${record.spanId} ${record.eventName}`, {
          ...record,
          resource,
        });
      }
    }
    return this;
  }

  /** Reads on whenever a file changes until `complete` says so. Rejects with the counts when time is up. */
  async until(complete: (arrivals: this) => boolean, withinMilliseconds = 30_000): Promise<this> {
    const changes = new Changes(this.#directory, withinMilliseconds);
    try {
      while (!changes.over) {
        const change = changes.next();
        if (complete(await this.read())) return this;
        await change;
      }
    } finally {
      changes.close();
    }
    const counts = `${this.spans.size} spans, ${this.logRecords.size} log records`;
    throw new Error(`Incomplete after ${withinMilliseconds} ms: ${counts}`);
  }

  #keep<T>(into: Map<string, T>, id: string, item: T): void {
    if (into.has(id)) this.duplicates++;
    else into.set(id, item);
  }

  async #readGroups(file: string, member: string): Promise<Group[]> {
    const lines = await this.#readLines(file);
    return lines.flatMap((line) => {
      // A collector that is killed while it writes leaves a torn line, in which the next one goes on.
      const whole = line.slice(Math.max(0, line.lastIndexOf(`{"${member}":`)));
      return (JSON.parse(whole) as Record<string, Group[]>)[member] ?? [];
    });
  }

  async #readLines(file: string): Promise<string[]> {
    const state = this.#read.get(file) ?? { position: 0, rest: Buffer.alloc(0) };
    const added = await readFrom(join(this.#directory, file), state.position);
    const content = Buffer.concat([state.rest, added]);
    const end = content.lastIndexOf('\n') + 1;
    const rest = content.subarray(end);
    this.#read.set(file, { position: state.position + added.length, rest });
    const lines = content.subarray(0, end).toString('utf8').split('\n');
    return lines.filter((line) => line !== '');
  }
}

/** The attributes of a payload as an object; integers are numbers. */
export function toRecord(attributes: readonly Attribute[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, read(value as AnyValue)]));
}

function read(value: AnyValue): unknown {
  const [[type, content] = []] = Object.entries(value);
  return type === 'intValue' ? Number(content) : content;
}

async function readFrom(path: string, position: number): Promise<Buffer> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.max(0, size - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Changes in a directory, for so many milliseconds. */
class Changes {
  readonly #watcher: FSWatcher;
  readonly #timer: NodeJS.Timeout;
  #over = false;
  #tell: () => void = () => {};

  constructor(directory: string, milliseconds: number) {
    this.#watcher = watch(directory, () => this.#tell());
    this.#timer = setTimeout(() => {
      this.#over = true;
      this.#tell();
    }, milliseconds);
  }

  /** Whether time is up. */
  get over(): boolean {
    return this.#over;
  }

  /** The next change from now on, or the end of the time. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#tell = resolve;
      if (this.#over) resolve();
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watcher.close();
  }
}
