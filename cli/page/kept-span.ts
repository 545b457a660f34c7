import { diag } from '@opentelemetry/api';
import type { HostedRecord, SpanRecord } from './client/feed-message.js';
import type { Recorded } from './feed.js';
import type { PageHost, Subject } from './page-host.js';

/** What a span itself says. */
export type SpanFacts = Omit<SpanRecord, 'result' | 'hosted'>;

/** What an event says of its span. */
export interface SpanNote {
  readonly result?: string | undefined;
  /** The host's id of what the span is about. */
  readonly subject?: string | undefined;
}

/** What a host knows; see `PageHost`. */
export type SubjectSource = Pick<PageHost, 'subjectAttribute' | 'find'>;

const MAX_NAME_LENGTH = 1_000;

/** A span, and what events said of it. */
export class KeptSpan implements Recorded<SpanRecord> {
  readonly #host: SubjectSource | undefined;
  /** Whether events alone tell of it. */
  readonly told: boolean;
  #read: () => SpanFacts;
  #note: SpanNote = {};
  #settled: SpanRecord | undefined;

  /** @param read how the span is now; called only for readers, and at its end */
  constructor(read: () => SpanFacts, host: SubjectSource | undefined, told = false) {
    this.told = told;
    this.#read = read;
    this.#host = host;
  }

  /** Takes what an event says of it. */
  note({ result, subject }: SpanNote): void {
    this.#note = {
      result: result ?? this.#note.result,
      subject: subject ?? this.#note.subject,
    };
    if (this.#settled !== undefined) this.#settled = this.#make();
  }

  /** It is read otherwise from now on. */
  become(read: () => SpanFacts): void {
    this.#read = read;
  }

  /** It has ended: only its record is kept. @returns the record */
  settle(): SpanRecord {
    const facts = this.#read();
    this.#read = () => facts;
    this.#settled = this.#make();
    return this.#settled;
  }

  record(): SpanRecord {
    return this.#settled ?? this.#make();
  }

  #make(): SpanRecord {
    const facts = this.#read();
    return { ...facts, result: this.#note.result, hosted: this.#hosted(facts) };
  }

  #hosted({ attributes, end }: SpanFacts): HostedRecord | undefined {
    const host = this.#host;
    if (host === undefined) return undefined;
    const subject = this.#note.subject ?? attributes[host.subjectAttribute];
    const known = typeof subject === 'string' ? findIn(host, subject) : undefined;
    if (known === undefined) return undefined;
    return {
      subject: copyOf(subject as string),
      name: known.name?.slice(0, MAX_NAME_LENGTH),
      actionable: known.actionable && end === undefined,
      hasOutput: known.output !== undefined,
    };
  }
}

function findIn(host: SubjectSource, subject: string): Subject | undefined {
  try {
    return host.find(subject);
  } catch (error) {
    diag.error('the host of the page could not say what it knows of a subject', error);
    return undefined;
  }
}

// An id that came with a message is a slice of what it came in, which a V8 slice keeps alive as a whole:
// https://github.com/nodejs/node/issues/31891
export function copyOf(text: string): string {
  return ` ${text}`.slice(1);
}
