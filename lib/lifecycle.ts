import {
  type Attributes,
  type Context,
  context as contextApi,
  type HrTime,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { complain } from './complain.js';
import type { Convention, Field, Outcome, Settlement } from './conventions/convention.js';
import { Open, type Scope } from './open.js';
import { addNanos, type Clock, elapsedMillis, elapsedNanos, toHrTime } from './signals/clock.js';
import type { Instruments } from './signals/instruments.js';
import type { LogBridge } from './signals/log-bridge.js';
import type { Candidate, Series } from './signals/series.js';

/** Everything that one kind of lifecycle is observed with. */
export interface Observer<Facts, O extends Outcome> {
  readonly convention: Convention<Facts, O>;
  readonly instruments: Instruments<Facts, O>;
  readonly bridge: LogBridge;
  readonly clock: Clock;
  readonly tracer: () => Tracer;
}

/** Where a lifecycle begins: its parent's context and what its span is linked to. */
export interface Beginning {
  readonly context: Context;
  readonly links?: Link[] | undefined;
  /** Start a trace of its own. Default false. */
  readonly root?: boolean;
}

/**
 * One observed boundary. It begins when it is made and settles once: the first settle wins, every later
 * one does nothing. One clock reading at each end feeds the span, the metrics and the event. No method
 * throws because of telemetry.
 */
export abstract class Lifecycle<Facts, O extends Outcome> extends Open {
  /** The context with this lifecycle's span, or the parent's where no tracer made one. */
  readonly context: Context;
  /** Milliseconds on the clock when it began. @internal */
  readonly began: number;
  readonly #observer: Observer<Facts, O>;
  readonly #scope: Scope;
  readonly #beganSeries: Series;
  readonly #startTime: HrTime;
  readonly #candidate: Candidate | undefined;
  #series: Series;
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
    const { clock, instruments, convention } = observer;
    this.#observer = observer;
    this.#scope = scope;
    this.began = clock.now();
    this.#startTime = toHrTime(this.began + clock.epochOffset(this.began));
    this.#series = instruments.begin(facts);
    this.#beganSeries = this.#series;
    this.#candidate = instruments.candidate(this.#series, facts);
    this.context = this.#startSpan(beginning);
    if (this.#span !== undefined && convention.span !== undefined) {
      setAttributes(this.#span, convention.span.begun, facts);
    }
    if (this.#wantsEvent()) {
      this.#fields = {};
      fill(this.#fields, convention.event?.begun ?? [], facts);
    }
    scope.add(this);
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
    const ended = this.#observer.clock.now();
    this.#scope.remove(this);
    const settlement = this.#settle(outcome, ended);
    const nanos = elapsedNanos(this.began, ended);
    const endTime = addNanos(this.#startTime, nanos);
    this.#observer.instruments.settle(
      this.#beganSeries,
      this.#series,
      settlement,
      nanos / 1e9,
      this.context,
    );
    this.#emit(settlement, endTime);
    this.#endSpan(settlement, endTime);
    return true;
  }

  /** Records how long it waited before its work began; call when the work begins. */
  protected recordQueueTime(): void {
    if (this.#settled) return;
    const waited = elapsedNanos(this.began, this.#observer.clock.now());
    this.#observer.instruments.queued(this.#series, waited / 1e9, this.context);
  }

  /** Tells the span, and at DEBUG an event, that the thing observed really runs. */
  protected start(pid: number | undefined): void {
    const { bridge, clock, convention } = this.#observer;
    if (this.#settled || convention.started === undefined) return;
    const started = { pid, spanContext: spanContextOf(this.context) };
    if (this.#span !== undefined) setAttributes(this.#span, convention.started.span, started);
    const scope = convention.event?.scope;
    if (this.#fields === undefined || scope === undefined) return;
    const event = { ...convention.started.event, scope };
    if (!bridge.wants(event, 'DEBUG', this.context)) return;
    const fields = { ...this.#fields };
    fill(fields, event.fields, started);
    const now = elapsedNanos(this.began, clock.now());
    bridge.emit(event, 'DEBUG', fields, this.context, addNanos(this.#startTime, now));
  }

  /** Milliseconds on this lifecycle's clock. */
  protected now(): number {
    return this.#observer.clock.now();
  }

  #startSpan({ context, links, root }: Beginning): Context {
    const table = this.#observer.convention.span;
    if (table === undefined) return context;
    try {
      const span = this.#observer.tracer().startSpan(
        this.#series.spanName,
        {
          kind: table.kind,
          attributes: this.#series.creation,
          startTime: this.#startTime,
          ...(links && { links }),
          ...(root && { root }),
        },
        context,
      );
      if (span.isRecording()) this.#span = span;
      return this.#span !== undefined || addsContext(span, context)
        ? trace.setSpan(context, span)
        : context;
    } catch (error) {
      complain('span start', error);
      return context;
    }
  }

  #wantsEvent(): boolean {
    const { bridge, convention } = this.#observer;
    const { event } = convention;
    return event !== undefined && bridge.wants(event, 'INFO', this.context);
  }

  #settle(outcome: O, ended: number): Settlement<O> {
    const { instruments } = this.#observer;
    if (this.#candidate !== undefined) {
      this.#series = instruments.admit(this.#candidate, outcome) ?? this.#series;
    }
    return {
      outcome,
      errorType: instruments.bound(outcome.errorType),
      labels: this.#series.labels,
      began: this.began,
      ended,
      durationMillis: elapsedMillis(this.began, ended),
      spanContext: this.#fields && spanContextOf(this.context),
    };
  }

  #emit(settlement: Settlement<O>, endTime: HrTime): void {
    const { event } = this.#observer.convention;
    const fields = this.#fields;
    if (event === undefined || fields === undefined) return;
    this.#fields = undefined;
    fill(fields, event.settled, settlement);
    this.#observer.bridge.emit(event, 'INFO', fields, this.context, endTime);
  }

  #endSpan(settlement: Settlement<O>, endTime: HrTime): void {
    const span = this.#span;
    if (span === undefined) return;
    this.#span = undefined;
    try {
      this.#renameSpan(span);
      setAttributes(span, this.#observer.convention.span?.settled ?? [], settlement);
      if (settlement.errorType !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    } catch (error) {
      complain('span settling', error);
    }
    try {
      span.end(endTime);
    } catch (error) {
      complain('span end', error);
    }
  }

  #renameSpan(span: Span): void {
    if (this.#candidate === undefined) return;
    if (this.#series !== this.#beganSeries) {
      span.updateName(this.#series.spanName);
      span.setAttributes(this.#series.creation);
    }
    span.setAttributes(this.#observer.instruments.originals(this.#series, this.#candidate));
  }
}

function addsContext(span: Span, parent: Context): boolean {
  const spanContext = span.spanContext();
  return isSpanContextValid(spanContext) && spanContext !== trace.getSpanContext(parent);
}

function spanContextOf(context: Context): SpanContext | undefined {
  const spanContext = trace.getSpanContext(context);
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
}

function fill<Source>(
  attributes: Attributes,
  fields: readonly Field<Source>[],
  source: Source,
): void {
  for (const field of fields) {
    try {
      const value = field.of(source);
      if (value !== undefined) attributes[field.name] = value;
    } catch (error) {
      complain(`reading ${field.name}`, error);
    }
  }
}

function setAttributes<Source>(span: Span, fields: readonly Field<Source>[], source: Source): void {
  for (const field of fields) {
    try {
      const value = field.of(source);
      if (value !== undefined) span.setAttribute(field.name, value);
    } catch (error) {
      complain(`setting ${field.name}`, error);
    }
  }
}
