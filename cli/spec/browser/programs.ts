import type { Intake, ReceivedAttributes, ReceivedSpan, Sender } from 'otel-exec-cli/page';
import { logRecordOf, metricOf, pointOf, spanOf } from '../received.js';

/** Part of a span of a program that sends. Times are milliseconds after its start. */
export interface Piece {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly kind?: number;
  readonly at: number;
  /** Undefined: it does not end. */
  readonly lasts: number | undefined;
  readonly attributes?: ReceivedAttributes;
  readonly links?: ReceivedSpan['links'];
  readonly events?: readonly { readonly name: string; readonly at: number }[];
  readonly failed?: boolean;
}

const DURATION_BOUNDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A program that sends signals of one service in one trace, in OTLP's own words. */
export class SendingProgram {
  readonly #intake: Intake;
  readonly #sender: Sender;
  readonly #traceId: string;
  readonly #start: number;

  /** @param start when it started, milliseconds since 1970 */
  constructor(intake: Intake, service: string, traceId: string, start: number, instance = 'one') {
    this.#intake = intake;
    this.#sender = {
      service,
      instance,
      attributes: { 'service.name': service, 'service.instance.id': instance },
    };
    this.#traceId = traceId;
    this.#start = start;
  }

  span(piece: Piece): void {
    const { id, parent, at, lasts = 0, events = [], failed, ...rest } = piece;
    this.#intake.span(
      spanOf({
        kind: 1,
        ...rest,
        sender: this.#sender,
        traceId: this.#traceId,
        spanId: idOf(id),
        parentSpanId: parent && idOf(parent),
        startNanos: this.#nanos(at),
        endNanos: this.#nanos(at + lasts),
        events: events.map((event) => ({
          name: event.name,
          timeNanos: this.#nanos(at + event.at),
          attributes: {},
        })),
        status: { code: failed ? 2 : 0 },
      }),
    );
  }

  event(
    id: string,
    eventName: string,
    at: number,
    attributes: ReceivedAttributes = {},
    severity = 9,
  ) {
    this.#intake.logRecord(
      logRecordOf({
        sender: this.#sender,
        scope: 'otel-exec',
        traceId: this.#traceId,
        spanId: idOf(id),
        eventName,
        timeNanos: this.#nanos(at),
        severityNumber: severity,
        attributes,
      }),
    );
  }

  /** A log record without a trace, as any logger writes. */
  log(body: string, at: number, severity: number, scope: string): void {
    this.#intake.logRecord({
      ...logRecordOf({ sender: this.#sender, scope, severityNumber: severity, body }),
      timeNanos: this.#nanos(at),
      traceId: undefined,
      spanId: undefined,
    });
  }

  /** Durations in seconds that have been measured until a moment. */
  durations(name: string, until: number, seconds: readonly number[]): void {
    const counts = [...DURATION_BOUNDS, Number.POSITIVE_INFINITY].map(
      (bound, index) =>
        seconds.filter((one) => one <= bound && one > (DURATION_BOUNDS[index - 1] ?? -1)).length,
    );
    const histogram = { count: seconds.length, bounds: DURATION_BOUNDS, counts };
    const times = { startNanos: this.#nanos(0), timeNanos: this.#nanos(until) };
    const points = [pointOf({ ...times, histogram })];
    this.#intake.metric(
      metricOf({ sender: this.#sender, name, unit: 's', kind: 'histogram', points }),
    );
  }

  /** What has been counted until a moment. */
  count(name: string, until: number, value: number, monotonic = true): void {
    const times = { startNanos: this.#nanos(0), timeNanos: this.#nanos(until) };
    const points = [pointOf({ ...times, value })];
    this.#intake.metric(metricOf({ sender: this.#sender, name, monotonic, points }));
  }

  #nanos(at: number): bigint {
    return BigInt(Math.round((this.#start + at) * 1_000)) * 1_000n;
  }
}

/** Sixteen hexadecimal digits of a name, always the same. */
export function idOf(name: string): string {
  return Buffer.from(name.padEnd(8, '.')).toString('hex').slice(-16).padStart(16, '0');
}

/** Thirty-two hexadecimal digits of a number. */
export function traceIdOf(number: number): string {
  return `4bf92f3577b34da6a3ce929d${number.toString(16).padStart(8, '0')}`;
}
