import {
  type Attributes,
  type Context,
  context as contextApi,
  type HrTime,
  ROOT_CONTEXT,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { Convention, Outcome, Settlement } from '../conventions/convention.js';
import { complain } from '../opentelemetry/diagnostics.js';
import { isAnyProviderRegistered, isContextManagerRegistered } from '../opentelemetry/globals.js';
import { addNanos, type Clock, elapsedMillis, elapsedNanos, toHrTime } from '../signals/clock.js';
import { fillAttributes, setSpanAttributes, spanContextOf } from '../signals/fields.js';
import type { Instruments } from '../signals/instruments.js';
import type { LogBridge } from '../signals/log-bridge.js';
import type { Candidate, Series } from '../signals/series.js';
import { type Beginning, contextWith, endSpan, renameSpan, startSpan } from '../signals/spans.js';
import { Open, type Scope } from './open-set.js';

/** Everything that one kind of lifecycle is observed with. */
export interface Observer<Facts, O extends Outcome> {
  readonly convention: Convention<Facts, O>;
  readonly instruments: Instruments<Facts, O>;
  readonly bridge: LogBridge;
  readonly clock: Clock;
  readonly tracer: () => Tracer | undefined;
  /** Whether any provider was given, instead of the global ones. */
  readonly given: boolean;
}

/** Stands for a clock reading that was not taken, since no signal would have carried it. */
const UNREAD = Number.NEGATIVE_INFINITY;

function isRead<Facts, O extends Outcome>(observer: Observer<Facts, O>): boolean {
  const { bridge, convention, given, instruments, tracer } = observer;
  if (!given && !isAnyProviderRegistered()) return false;
  return (
    instruments.measured ||
    (convention.span !== undefined && tracer() !== undefined) ||
    (convention.event !== undefined && bridge.present)
  );
}

/**
 * One observed boundary. It begins when it is made and settles once: the first settle wins, every later
 * one does nothing. One clock reading at each end feeds the span, the metrics and the event. No method
 * throws because of telemetry.
 */
export abstract class Lifecycle<Facts, O extends Outcome> extends Open {
  readonly #observer: Observer<Facts, O>;
  readonly #scope: Scope;
  readonly #began: number;
  readonly #series: Series;
  readonly #candidate: Candidate | undefined;
  #beginning: Beginning | undefined;
  #context: Context | undefined;
  #startTime: HrTime | undefined;
  #span: Span | undefined;
  #fields: Attributes | undefined;
  #settled = false;

  protected constructor(
    observer: Observer<Facts, O>,
    facts: Facts,
    beginning: Beginning,
    scope: Scope,
  ) {
    super();
    const { instruments, clock } = observer;
    const read = isRead(observer);
    this.#observer = observer;
    this.#scope = scope;
    this.#began = read ? clock.now() : UNREAD;
    this.#series = instruments.begin(facts);
    this.#candidate = this.#series.proven ? undefined : instruments.candidate(facts);
    if (read) {
      this.#context = this.#startSpan(beginning, facts);
      this.#copyFields(facts);
    } else this.#beginning = beginning;
    scope.add(this);
  }

  /** The context with this lifecycle's span, or the parent's where no tracer made one. */
  get context(): Context {
    this.#context ??= this.#beginning?.context ?? ROOT_CONTEXT;
    return this.#context;
  }

  /** Whether it has ended. */
  get settled(): boolean {
    return this.#settled;
  }

  /** The outcome for when nobody says another. */
  protected abstract get fallback(): O;

  /**
   * Calls a function with this lifecycle's context active, so that what it starts becomes a child.
   * @returns what the function returns
   * @throws what the function throws; that alone doesn't settle anything
   */
  run<T>(work: () => T): T {
    if (!isContextManagerRegistered()) return work();
    let entered = false;
    try {
      return contextApi.with(this.context, () => {
        entered = true;
        return work();
      });
    } catch (error) {
      if (entered) throw error;
      complain('context activation', error);
      return work();
    }
  }

  /** Ends it with its kind's fallback outcome, unless it has ended already. */
  override [Symbol.dispose](): void {
    this.end(this.fallback);
  }

  /** Ends it. Returns whether this call did; false where it had ended before. */
  protected end(outcome: O): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    const { clock, instruments } = this.#observer;
    const ended = this.#began === UNREAD ? UNREAD : clock.now();
    this.#scope.remove(this);
    const admitted = this.#candidate && instruments.admit(this.#candidate, outcome);
    const series = admitted ?? this.#series;
    const errorType = instruments.bound(outcome.errorType);
    const cell = instruments.settle(this.#series, series, outcome, errorType);
    if (ended === UNREAD) return true;
    const nanos = elapsedNanos(this.#began, ended);
    if (cell !== undefined) instruments.record(cell, nanos / 1e9, this.context);
    const settlement = this.#settlement(outcome, errorType, ended, series);
    const time = this.#timeAfter(nanos);
    this.#emit(settlement, time);
    this.#endSpan(settlement, time, admitted);
    return true;
  }

  /** Records how long it waited before its work began; call when the work begins. */
  protected recordQueueTime(): void {
    if (this.#settled || this.#began === UNREAD) return;
    const { clock, instruments } = this.#observer;
    const waited = elapsedNanos(this.#began, clock.now());
    instruments.queued(this.#series, waited / 1e9, this.context);
  }

  /** Tells the span, and at DEBUG an event, that the thing observed really runs. */
  protected start(pid: number | undefined): void {
    const { bridge, clock, convention } = this.#observer;
    if (this.#settled || convention.started === undefined) return;
    const spanContext = this.#span?.spanContext() ?? spanContextOf(this.context);
    const started = { pid, spanContext };
    if (this.#span !== undefined) setSpanAttributes(this.#span, convention.started.span, started);
    const scope = convention.event?.scope;
    if (this.#fields === undefined || scope === undefined) return;
    const { name, body, fields: more } = convention.started.event;
    const event = { name, scope, body };
    if (!bridge.wants(event, 'DEBUG', this.context)) return;
    const fields = { ...this.#fields };
    fillAttributes(fields, more, started);
    const now = this.#timeAfter(elapsedNanos(this.#began, clock.now()));
    bridge.emit(event, 'DEBUG', fields, this.context, now);
  }

  /** Milliseconds on this lifecycle's clock. */
  protected now(): number {
    return this.#observer.clock.now();
  }

  #startSpan(beginning: Beginning, facts: Facts): Context {
    const { convention, tracer } = this.#observer;
    if (convention.span === undefined) return beginning.context;
    const current = tracer();
    if (current === undefined) return beginning.context;
    try {
      const span = startSpan(current, convention.span, this.#series, beginning, this.#startedAt());
      if (span === undefined) return beginning.context;
      if (span.isRecording()) {
        this.#span = span;
        setSpanAttributes(span, convention.span.begun, facts);
      }
      return contextWith(span, beginning.context);
    } catch (error) {
      complain('span start', error);
      return beginning.context;
    }
  }

  #copyFields(facts: Facts): void {
    const { bridge, convention } = this.#observer;
    const { event } = convention;
    if (event === undefined || !bridge.wants(event, 'INFO', this.context)) return;
    this.#fields = {};
    fillAttributes(this.#fields, event.begun, facts);
    this.#startedAt();
  }

  #startedAt(): HrTime {
    this.#startTime ??= toHrTime(this.#began + this.#observer.clock.epochOffset(this.#began));
    return this.#startTime;
  }

  #timeAfter(nanos: number): HrTime {
    return addNanos(this.#startedAt(), nanos);
  }

  #settlement(
    outcome: O,
    errorType: string | undefined,
    ended: number,
    series: Series,
  ): Settlement<O> {
    return {
      outcome,
      errorType,
      labels: series.labels,
      began: this.#began,
      ended,
      durationMillis: elapsedMillis(this.#began, ended),
      spanContext: this.#fields && (this.#span?.spanContext() ?? spanContextOf(this.context)),
    };
  }

  #emit(settlement: Settlement<O>, time: HrTime): void {
    const { bridge, convention } = this.#observer;
    const { event } = convention;
    const fields = this.#fields;
    if (event === undefined || fields === undefined) return;
    this.#fields = undefined;
    fillAttributes(fields, event.settled, settlement);
    bridge.emit(event, 'INFO', fields, this.context, time);
  }

  #endSpan(settlement: Settlement<O>, time: HrTime, admitted: Series | undefined): void {
    const { convention, instruments } = this.#observer;
    const span = this.#span;
    if (span === undefined || convention.span === undefined) return;
    this.#span = undefined;
    if (this.#candidate !== undefined) {
      const series = admitted ?? this.#series;
      renameSpan(span, admitted, instruments.originals(series, this.#candidate));
    }
    endSpan(span, convention.span, settlement, time);
  }
}
