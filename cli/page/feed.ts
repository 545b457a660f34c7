import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type {
  ChartRecord,
  EventRecord,
  FeedMessage,
  InstrumentRecord,
  MetricPoint,
  OfferRecord,
  SenderRecord,
  SpanRecord,
} from './client/feed-message.js';

/** Something that a record can be made of. Making one costs, so it is made for readers only. */
export interface Recorded<Record> {
  /** How it is now. */
  record(): Record;
}

/** What was kept and is sent to everyone who begins to read. */
export interface FeedSources {
  senders(): Iterable<SenderRecord>;
  spans(): Iterable<SpanRecord>;
  events(): Iterable<EventRecord>;
  points(): Iterable<MetricPoint>;
  instruments(): readonly InstrumentRecord[];
}

/** What a page says of itself. */
export interface PageIdentity {
  readonly title: string;
  readonly version: string | undefined;
  readonly charts: readonly ChartRecord[] | undefined;
  readonly offer: OfferRecord;
  readonly hint: readonly string[] | undefined;
}

const TICK_MILLIS = 2_000;
const FLUSH_MILLIS = 50;
const CHUNK = 500;
const MAX_READERS = 16;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** Tells its readers what was kept, and then everything new, one JSON message a line. */
export class Feed {
  readonly #sources: FeedSources;
  readonly #page: PageIdentity;
  readonly #serverId = randomUUID();
  readonly #startedAt = Date.now();
  readonly #readers = new Set<ServerResponse>();
  readonly #spans = new Set<Recorded<SpanRecord>>();
  readonly #points = new Map<string, MetricPoint>();
  #events: Recorded<EventRecord>[] = [];
  #tick: NodeJS.Timeout | undefined;
  #lastFlush = 0;
  #flush: NodeJS.Timeout | NodeJS.Immediate | undefined;

  constructor(sources: FeedSources, page: PageIdentity) {
    this.#sources = sources;
    this.#page = page;
  }

  /** Whether no more readers can be served. */
  get full(): boolean {
    return this.#readers.size >= MAX_READERS;
  }

  /** Sends a reader everything that is kept, and from now on everything new, until it goes. */
  async serve(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.once('close', () => this.#gone(response));
    response.on('error', () => {});
    this.#readers.add(response);
    this.#tick ??= setInterval(() => this.#tell(tick()), TICK_MILLIS).unref();
    send(response, { kind: 'hello', ...this.#identity(), now: Date.now() });
    for (const message of this.#kept()) {
      send(response, message);
      if (response.writableNeedDrain) await drained(response);
      if (response.destroyed) return;
    }
  }

  /** Something is new about a span. */
  span(span: Recorded<SpanRecord>): void {
    if (this.#readers.size === 0) return;
    this.#spans.add(span);
    this.#schedule();
  }

  /** An event came in. */
  event(event: Recorded<EventRecord>): void {
    if (this.#readers.size === 0) return;
    this.#events.push(event);
    this.#schedule();
  }

  /** A sender is new. */
  sender(sender: SenderRecord): void {
    if (this.#readers.size === 0) return;
    this.#tell({ kind: 'senders', now: Date.now(), senders: [sender] });
  }

  /** A metric said something. */
  point(point: MetricPoint): void {
    if (this.#readers.size === 0) return;
    this.#points.set(`${point.time} ${point.key}`, point);
    this.#schedule();
  }

  #gone(response: ServerResponse): void {
    this.#readers.delete(response);
    if (this.#readers.size > 0) return;
    clearInterval(this.#tick);
    this.#tick = undefined;
  }

  #identity() {
    return { serverId: this.#serverId, startedAt: this.#startedAt, ...this.#page };
  }

  *#kept(): Generator<FeedMessage> {
    const now = () => Date.now();
    for (const senders of chunks(this.#sources.senders())) {
      yield { kind: 'senders', now: now(), senders };
    }
    for (const spans of chunks(this.#sources.spans())) yield { kind: 'spans', now: now(), spans };
    for (const events of chunks(this.#sources.events())) {
      yield { kind: 'events', now: now(), events };
    }
    const instruments = this.#sources.instruments();
    for (const points of chunks(this.#sources.points())) {
      yield { kind: 'points', now: now(), instruments, points };
    }
    yield { kind: 'ready', now: now() };
  }

  #schedule(): void {
    if (this.#flush !== undefined) return;
    const wait = this.#lastFlush + FLUSH_MILLIS - performance.now();
    const flush = () => this.#flushNow();
    this.#flush = wait > 0 ? setTimeout(flush, wait) : setImmediate(flush);
  }

  #flushNow(): void {
    this.#flush = undefined;
    this.#lastFlush = performance.now();
    const now = Date.now();
    const [spans, events] = [recordsOf(this.#spans), recordsOf(this.#events)];
    const points = [...this.#points.values()];
    this.#spans.clear();
    this.#points.clear();
    this.#events = [];
    const instruments = points.length > 0 ? this.#sources.instruments() : [];
    for (const some of chunks(spans)) this.#tell({ kind: 'spans', now, spans: some });
    for (const some of chunks(events)) this.#tell({ kind: 'events', now, events: some });
    for (const some of chunks(points)) {
      this.#tell({ kind: 'points', now, instruments, points: some });
    }
  }

  #tell(message: FeedMessage): void {
    const line = `${JSON.stringify(message)}\n`;
    for (const reader of this.#readers) {
      if (reader.writableLength > MAX_WAITING_BYTES) reader.destroy();
      else reader.write(line);
    }
  }
}

function send(response: ServerResponse, message: FeedMessage): void {
  response.write(`${JSON.stringify(message)}\n`);
}

/** Settles when a response takes more, or is over. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
  });
}

function recordsOf<Record>(items: Iterable<Recorded<Record>>): Record[] {
  return Array.from(items, (item) => item.record());
}

function* chunks<T>(items: Iterable<T>): Generator<readonly T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function tick(): FeedMessage {
  return { kind: 'tick', now: Date.now() };
}
