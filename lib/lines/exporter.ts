import type { Writable } from 'node:stream';
import { diag } from '@opentelemetry/api';
import { addSight } from '../opentelemetry/sights.js';
import { LineFilter, parseLineFilter } from './filter.js';
import { formatLine } from './format.js';
import { floors } from './level.js';
import type { LineRecord } from './record.js';
import { BUFFER_LIMIT, type LineSink } from './sink.js';
import { stderrSink } from './stderr-sink.js';
import { StreamSink } from './stream-sink.js';

/** How lines are chosen and where they go. */
export interface LineProcessorOptions {
  /** Directives such as `warn,codex_exec_server::telemetry=info`, or a filter; default `info`. */
  readonly filter?: string | LineFilter | undefined;
  /** Where lines go; it is never ended. Default: file descriptor 2, stderr. */
  readonly stream?: Writable | undefined;
  /** How much may wait for a slow reader before lines are dropped, in bytes; default 16 MiB. */
  readonly bufferLimit?: number | undefined;
  /** How long `forceFlush` and `shutdown` wait for a slow reader, in milliseconds; default 5000. */
  readonly flushTimeoutMillis?: number | undefined;
}

/** What an SDK asks before a record is made. */
export interface LineQuestion {
  readonly instrumentationScope: { readonly name: string };
  readonly severityNumber?: number | undefined;
}

/**
 * A log record processor that writes one JSON object a line to stderr or a stream, for SDK 2 and SDK 3
 * (`@opentelemetry/sdk-logs` 3.x and 0.2xx). It filters for itself alone: what other processors get is
 * untouched. A processor that changes records, such as a redacting one, must come before it.
 *
 * Nothing here throws after the constructor. A stream that breaks is told to `diag` once. While more
 * than `bufferLimit` waits, lines are dropped: told to `diag` once. Whatever was not written is told to the
 * reader, when lines can be written again, in one WARN line of target `otel-exec`, whatever the filter says.
 *
 * On stderr, and on a stream that is a pipe, a socket or a terminal, no line of another writer lands inside
 * one of ours, as long as ours is not longer than `PIPE_BUF` (4,096 bytes on Linux, 512 elsewhere); a longer
 * one is whole unless it comes while the pipe is nearly full. All processors of a process share one sink for
 * stderr, and what waits there is one sum.
 *
 * Law: https://opentelemetry.io/docs/specs/otel/logs/sdk/#logrecordprocessor
 */
export class LineLogRecordProcessor {
  readonly #filter: LineFilter;
  readonly #sink: LineSink;
  readonly #bufferLimit: number;
  readonly #flushTimeoutMillis: number;
  readonly #told = new Set<string>();
  #dropped = 0;
  #unread = 0;
  #catchesUp = false;
  #closing: Promise<void> | undefined;

  /** @throws {LineFilterError} for a bad directive */
  constructor(options: LineProcessorOptions = {}) {
    const { filter, stream, bufferLimit = BUFFER_LIMIT, flushTimeoutMillis = 5000 } = options;
    this.#filter = filter instanceof LineFilter ? filter : parseLineFilter(filter);
    this.#sink = stream ? new StreamSink(stream) : stderrSink();
    this.#bufferLimit = bufferLimit;
    this.#flushTimeoutMillis = flushTimeoutMillis;
    addSight({
      kind: 'output',
      name: 'otel-exec/lines',
      state: () => (stream ? 'to a stream' : 'to stderr'),
      counts: () => ({ 'lines dropped': this.#dropped }),
    });
  }

  /** How many lines passed the filter and were not written, because of a broken or a full stream. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Whether a record would be written. Without a severity, whether any record of that scope could be,
   * so that one that turns out to be an ERROR isn't lost. False after `shutdown`.
   *
   * Law: https://opentelemetry.io/docs/specs/otel/logs/sdk/#enabled-1
   */
  enabled({ instrumentationScope, severityNumber }: LineQuestion): boolean {
    if (this.#closing !== undefined) return false;
    if (!severityNumber) return this.#filter.allowsAny(instrumentationScope.name);
    return this.#filter.allows(instrumentationScope.name, severityNumber);
  }

  /** Writes the record's line, if the filter lets it through: another processor may have wanted it. */
  onEmit(record: LineRecord): void {
    if (this.#closing !== undefined) return;
    if (!this.#filter.allows(record.instrumentationScope.name, record.severityNumber)) return;
    if (this.#unread > 0) this.#catchUp();
    if (this.#unread > 0 || this.#sink.waiting >= this.#bufferLimit) this.#skip();
    else this.#sink.write(`${formatLine(record)}\n`, this.#lose);
  }

  /**
   * Settles when nothing waits to be written, or after `flushTimeoutMillis`. Never rejects.
   *
   * Law: "ForceFlush SHOULD complete or abort within some timeout",
   * https://opentelemetry.io/docs/specs/otel/logs/sdk/#forceflush-1
   */
  forceFlush(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#tell('log lines are still waiting for their reader after the flush timeout');
        resolve();
      }, this.#flushTimeoutMillis);
      this.#sink.whenIdle(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** As `forceFlush`; from the call on, no further record is written. Never rejects. */
  shutdown(): Promise<void> {
    if (this.#closing === undefined) {
      if (this.#unread > 0) this.#tellUnread();
      this.#closing = this.forceFlush();
    }
    return this.#closing;
  }

  #skip(): void {
    this.#dropped++;
    this.#unread++;
    if (this.#catchesUp || this.#sink.waiting === 0) return;
    this.#catchesUp = true;
    this.#tell('log lines are dropped, because their reader is too slow');
    this.#sink.whenIdle(() => {
      this.#catchesUp = false;
      this.#catchUp();
    });
  }

  #catchUp(): void {
    if (this.#unread === 0 || this.#closing !== undefined) return;
    if (this.#sink.waiting <= this.#bufferLimit / 2) this.#tellUnread();
  }

  #tellUnread(): void {
    const dropped = this.#unread;
    this.#unread = 0;
    const line = formatLine({
      hrTime: [0, 0],
      severityNumber: floors.warn,
      body: 'log lines dropped',
      attributes: { dropped },
      instrumentationScope: { name: 'otel-exec' },
    });
    this.#sink.write(`${line}\n`, () => {
      this.#unread += dropped;
    });
  }

  readonly #lose = (lines: number, error: unknown): void => {
    this.#dropped += lines;
    this.#unread += lines;
    this.#tell('log lines could not be written', error);
  };

  /** Tells `diag`, each message once. Never throws, whatever the diag logger does. */
  #tell(message: string, ...details: unknown[]): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    try {
      diag.warn(`otel-exec: ${message}`, ...details);
    } catch {}
  }
}
