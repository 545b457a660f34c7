import type { ReceivedMetric, ReceivedPoint } from '../received.js';
import {
  flagIn,
  type Message,
  messageIn,
  messagesIn,
  numberIn,
  optionalNumberIn,
  own,
  textIn,
} from './fields.js';
import {
  readExponentialPoint,
  readHistogramPoint,
  readNumberPoint,
  readSummaryPoint,
} from './points.js';
import { type Reading, readingOf } from './reading.js';
import { itemsOf, type SignalLists, type Sourced } from './sources.js';

const LISTS: SignalLists = {
  byResource: 'resourceMetrics',
  byScope: 'scopeMetrics',
  items: 'metrics',
};

/** `DataPointFlags` of a point without a value: its series has ended. */
const NO_RECORDED_VALUE = 1;
const DELTA = 1;

type Kind = readonly [
  field: string,
  kind: ReceivedMetric['kind'],
  read: (point: Message) => ReceivedPoint,
];
const KINDS: readonly Kind[] = [
  ['sum', 'sum', readNumberPoint],
  ['gauge', 'gauge', readNumberPoint],
  ['histogram', 'histogram', readHistogramPoint],
  ['exponentialHistogram', 'exponential histogram', readExponentialPoint],
  ['summary', 'summary', readSummaryPoint],
];

/** Reads an ExportMetricsServiceRequest. Data of a kind that isn't known is left out. @throws Malformed */
export function readMetrics(request: Message): Reading {
  const metrics = Array.from(itemsOf(request, LISTS), readMetric).filter(
    (metric) => metric !== undefined,
  );
  return readingOf(metrics, '', (intake, metric) => intake.metric(metric));
}

function readMetric({ sender, scope, item }: Sourced): ReceivedMetric | undefined {
  const found = KINDS.find(([field]) => own(item, field) !== undefined);
  if (found === undefined) return undefined;
  const [field, kind, readPoint] = found;
  const data = messageIn(item, field);
  return {
    sender,
    scope,
    name: textIn(item, 'name'),
    description: textIn(item, 'description'),
    unit: textIn(item, 'unit'),
    kind,
    ...(kind === 'sum' && { monotonic: flagIn(data, 'isMonotonic') }),
    ...(optionalNumberIn(data, 'aggregationTemporality') && {
      temporality: numberIn(data, 'aggregationTemporality') === DELTA ? 'delta' : 'cumulative',
    }),
    points: messagesIn(data, 'dataPoints')
      .filter((point) => !(numberIn(point, 'flags') & NO_RECORDED_VALUE))
      .map(readPoint),
  };
}
