import type { Attributes, Context, HrTime, Span, SpanContext } from '@opentelemetry/api';
import type { Ending, Outcome, Settlement } from '../conventions/convention.js';
import { complain } from '../opentelemetry/diagnostics.js';
import { spanContextOf } from '../opentelemetry/span-context.js';
import { elapsedMillis, elapsedNanos, epochTime, readClock, timeAfter } from '../signals/clock.js';
import { fillAttributes, setSpanAttributes } from '../signals/fields.js';
import type { Candidate, Series, SettledCell } from '../signals/series.js';
import { type Beginning, contextWith, endSpan, renameSpan, startSpan } from '../signals/spans.js';
import type { Observer } from './observer.js';

/** The labels that were not proven at begin, and the series that the outcome has proven them to be. */
export interface Proof {
  readonly candidate: Candidate;
  readonly admitted: Series | undefined;
}

/**
 * What the three signals take of one lifecycle, from one clock reading at its begin and one at its end.
 * Nothing here throws.
 */
export class Recording<Facts, O extends Outcome> {
  /** The context with the span, or the parent's where no tracer made one. */
  readonly context: Context;
  readonly #observer: Observer<Facts, O>;
  readonly #series: Series;
  readonly #began: number;
  #startTime: HrTime | undefined;
  #span: Span | undefined;
  #fields: Attributes | undefined;

  /** @param began the clock's reading; NaN where it can't be read */
  constructor(
    observer: Observer<Facts, O>,
    series: Series,
    facts: Facts,
    beginning: Beginning,
    began: number,
  ) {
    this.#observer = observer;
    this.#series = series;
    this.#began = began;
    this.context = this.#startSpan(beginning, facts);
    this.#copyFields(facts);
  }

  /** Records the queue time. */
  dequeued(): void {
    const { clock, instruments } = this.#observer;
    const waited = elapsedNanos(this.#began, readClock(clock));
    if (waited !== undefined) instruments.queued(this.#series, waited / 1e9, this.context);
  }

  /** Tells the span, and at DEBUG an event, that the thing observed really runs. */
  started(pid: number | undefined): void {
    const { bridge, clock, convention } = this.#observer;
    if (convention.started === undefined) return;
    const started = { pid, spanContext: this.#spanContext() };
    if (this.#span !== undefined) setSpanAttributes(this.#span, convention.started.span, started);
    const scope = convention.event?.scope;
    if (this.#fields === undefined || scope === undefined) return;
    const { name, body, fields: more } = convention.started.event;
    const event = { name, scope, body };
    if (!bridge.wants(event, 'DEBUG', this.context)) return;
    const fields = { ...this.#fields };
    fillAttributes(fields, more, started);
    bridge.emit(event, 'DEBUG', fields, this.context, this.#timeAt(readClock(clock)));
  }

  /** Tells at INFO that the thing observed is still open. */
  stillRunning(): void {
    const { bridge, clock, convention } = this.#observer;
    const scope = convention.event?.scope;
    if (this.#fields === undefined || scope === undefined || convention.running === undefined)
      return;
    const { name, body, fields: more } = convention.running.event;
    const event = { name, scope, body };
    if (!bridge.wants(event, 'INFO', this.context)) return;
    const now = readClock(clock);
    const fields = { ...this.#fields };
    const running = {
      ageMillis: elapsedMillis(this.#began, now),
      spanContext: this.#spanContext(),
    };
    fillAttributes(fields, more, running);
    bridge.emit(event, 'INFO', fields, this.context, this.#timeAt(now));
  }

  /**
   * Feeds the one settlement to the histogram, the event and the span.
   * @param ending what a metric may say of the outcome
   * @param cell what counted it; undefined where its attributes could not be read
   * @param ended the clock's reading
   */
  settle(
    outcome: O,
    ending: Ending,
    cell: SettledCell | undefined,
    ended: number,
    proof?: Proof,
  ): void {
    const { instruments } = this.#observer;
    const nanos = elapsedNanos(this.#began, ended);
    if (cell && nanos !== undefined) instruments.record(cell, nanos / 1e9, this.context);
    if (this.#span === undefined && this.#fields === undefined) return;
    const time = this.#timeAt(ended);
    const settlement: Settlement<O> = {
      outcome,
      result: ending.result,
      errorType: ending.errorType,
      code: outcome.code,
      labels: (proof?.admitted ?? this.#series).labels,
      began: this.#began,
      ended,
      durationMillis: elapsedMillis(this.#began, ended),
      spanContext: this.#fields && this.#spanContext(),
    };
    this.#emit(settlement, time, proof?.admitted === undefined ? proof?.candidate : undefined);
    this.#endSpan(settlement, time, proof);
  }

  #startSpan(beginning: Beginning, facts: Facts): Context {
    const { convention, tracer } = this.#observer;
    const current = convention.span && tracer();
    if (convention.span === undefined || current === undefined) return beginning.context;
    const span = startSpan(current, convention.span, this.#series, beginning, this.#startedAt());
    if (span === undefined) return beginning.context;
    const context = contextWith(span, beginning.context);
    if (context !== beginning.context && span.isRecording()) {
      this.#span = span;
      setSpanAttributes(span, convention.span.begun, facts);
    }
    return context;
  }

  #copyFields(facts: Facts): void {
    const { bridge, convention } = this.#observer;
    const { event } = convention;
    if (event === undefined || !bridge.wants(event, 'INFO', this.context)) return;
    this.#fields = {};
    fillAttributes(this.#fields, event.begun, facts);
    this.#startedAt();
  }

  #startedAt(): HrTime | undefined {
    this.#startTime ??= epochTime(this.#observer.clock, this.#began);
    return this.#startTime;
  }

  #timeAt(reading: number): HrTime | undefined {
    return timeAfter(this.#startedAt(), elapsedNanos(this.#began, reading));
  }

  #spanContext(): SpanContext | undefined {
    try {
      return this.#span?.spanContext() ?? spanContextOf(this.context);
    } catch (error) {
      complain('reading the span context', error);
      return undefined;
    }
  }

  /** @param unproven the raw labels, where they have stayed so */
  #emit(
    settlement: Settlement<O>,
    time: HrTime | undefined,
    unproven: Candidate | undefined,
  ): void {
    const { bridge, convention, instruments } = this.#observer;
    const { event } = convention;
    const fields = this.#fields;
    if (event === undefined || fields === undefined) return;
    this.#fields = undefined;
    fillAttributes(fields, event.settled, settlement);
    if (unproven !== undefined) {
      Object.assign(fields, instruments.series.originals(this.#series, unproven, 'eventOriginal'));
    }
    bridge.emit(event, 'INFO', fields, this.context, time);
  }

  #endSpan(settlement: Settlement<O>, time: HrTime | undefined, proof: Proof | undefined): void {
    const { convention, describesErrors, instruments } = this.#observer;
    const span = this.#span;
    if (span === undefined || convention.span === undefined) return;
    this.#span = undefined;
    if (proof !== undefined) {
      const { admitted, candidate } = proof;
      const originals = instruments.series.originals(admitted ?? this.#series, candidate);
      renameSpan(span, admitted, originals);
    }
    endSpan(span, convention.span, settlement, time, describesErrors);
  }
}
