import type {
  ReceivedLogRecord,
  ReceivedMetric,
  ReceivedPoint,
  ReceivedSpan,
  Sender,
} from 'otel-exec-cli/page';

/** 2026-01-01T00:00:00Z, nanoseconds since 1970. */
export const NOW = 1_767_225_600_000_000_000n;

const SENDER: Sender = {
  service: 'shop',
  instance: 'one',
  attributes: { 'service.name': 'shop', 'service.instance.id': 'one' },
};
const IDS = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

/** A span of a shop, a millisecond long. */
export function spanOf(facts: Partial<ReceivedSpan> = {}): ReceivedSpan {
  const startNanos = facts.startNanos ?? NOW;
  return {
    sender: SENDER,
    scope: 'spec',
    ...IDS,
    name: 'work',
    kind: 1,
    startNanos,
    endNanos: startNanos + 1_000_000n,
    attributes: {},
    events: [],
    links: [],
    status: { code: 0 },
    ...facts,
  };
}

/** A log record of that span. */
export function logRecordOf(facts: Partial<ReceivedLogRecord> = {}): ReceivedLogRecord {
  return {
    sender: SENDER,
    scope: 'spec',
    ...IDS,
    timeNanos: NOW,
    observedNanos: NOW,
    severityNumber: 9,
    body: undefined,
    attributes: {},
    ...facts,
  };
}

/** A cumulative sum of that shop. */
export function metricOf(facts: Partial<ReceivedMetric> = {}): ReceivedMetric {
  return {
    sender: SENDER,
    scope: 'spec',
    name: 'work',
    description: '',
    unit: '',
    kind: 'sum',
    monotonic: true,
    temporality: 'cumulative',
    points: [],
    ...facts,
  };
}

/** A point of it. */
export function pointOf(facts: Partial<ReceivedPoint> = {}): ReceivedPoint {
  return { attributes: {}, startNanos: NOW, timeNanos: NOW, ...facts };
}
