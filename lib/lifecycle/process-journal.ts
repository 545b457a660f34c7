import { setTimeout as pause } from 'node:timers/promises';
import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { ProcessFacts, ProcessOutcome } from '../conventions/facts.js';
import { cut } from '../conventions/fields.js';
import { Journal, type JournalEntry } from '../journal/journal.js';
import { type LostRecord, LostRecords } from '../journal/lost-records.js';
import { type Fact, isFact } from '../journal/record.js';
import { complain } from '../opentelemetry/diagnostics.js';
import { spanContextOf } from '../opentelemetry/span-context.js';
import { formatTraceparent, w3cTraceContext } from '../opentelemetry/w3c-trace-context.js';
import { type ProcessCapture, ToldProcess } from './facts.js';
import { tellLost } from './lost.js';
import type { Observer } from './observer.js';

/** The facts that a record keeps, what identifies the process first. */
const KEPT = [
  'id',
  'conversationId',
  'toolCallId',
  'executable',
  'argv',
] as const satisfies readonly (keyof ProcessFacts)[];

/** How often to look whether anybody listens, before what was lost is told, milliseconds. */
const LISTEN_EVERY_MILLIS = 200;

/** Keeps a record of each open process in a directory, and tells those that a dead host has left open there. */
export class ProcessJournal {
  readonly #observer: Observer<ProcessFacts, ProcessOutcome>;
  readonly #capture: ProcessCapture;
  readonly #journal: Journal;
  readonly #lost: LostRecords;
  #closed = false;

  constructor(
    directory: string,
    observer: Observer<ProcessFacts, ProcessOutcome>,
    capture: ProcessCapture,
  ) {
    const { event, title } = observer.convention;
    const kind = event?.name ?? title;
    this.#observer = observer;
    this.#capture = capture;
    this.#journal = new Journal(directory, kind);
    this.#lost = new LostRecords(directory, kind, (lost) => this.#tell(lost));
  }

  /** Tells those that were lost, as soon as somebody listens. Settles when that is done. Never rejects. */
  async tellLost(): Promise<void> {
    while (!this.#closed && !this.#observer.isHeard) {
      await pause(LISTEN_EVERY_MILLIS, undefined, { ref: false });
    }
    if (!this.#closed) await this.#lost.read();
  }

  /** Keeps a record of a process that begins; undefined where its facts can't be read. Never throws. */
  enter(facts: ProcessFacts, context: Context): JournalEntry | undefined {
    if (this.#closed) return undefined;
    try {
      const spanContext = spanContextOf(context);
      return this.#journal.enter({
        facts: keep(facts),
        traceparent: spanContext && formatTraceparent(spanContext),
        began: Date.now(),
      });
    } catch (error) {
      complain('keeping a record of a process', error);
      return undefined;
    }
  }

  /** Stops telling, and takes the file away, once nothing is open. */
  close(): void {
    this.#closed = true;
    this.#lost.stop();
    this.#journal.close();
  }

  #tell({ facts, traceparent, pid, began, lastSeen, alive }: LostRecord): void {
    const told = new ToldProcess(facts as ProcessFacts, this.#capture);
    const context = w3cTraceContext.extract(ROOT_CONTEXT, undefined, {
      keys: () => [],
      get: (_, name) => (name === 'traceparent' ? traceparent : undefined),
    });
    const outcome: ProcessOutcome = {
      result: 'unknown',
      errorType: 'host_lost',
      lost: { pid, alive },
    };
    tellLost(this.#observer, told, { context }, { began, ended: lastSeen, outcome });
  }
}

function keep(facts: ProcessFacts): Record<string, Fact> {
  const kept: Record<string, Fact> = {};
  for (const name of KEPT) {
    const fact: unknown = facts[name];
    if (isFact(fact)) kept[name] = typeof fact === 'string' ? cut(fact) : fact;
  }
  return kept;
}
