import type { ReceivedPoint } from '../received.js';
import {
  Malformed,
  type Message,
  messageIn,
  nanosIn,
  numberIn,
  numbersIn,
  optionalNumberIn,
} from './fields.js';
import { attributesIn } from './values.js';

/** Reads a NumberDataPoint. @throws Malformed */
export function readNumberPoint(point: Message): ReceivedPoint {
  const value = optionalNumberIn(point, 'asDouble') ?? optionalNumberIn(point, 'asInt');
  return { ...readPlace(point), value: value ?? 0 };
}

/** Reads a HistogramDataPoint. @throws Malformed, also where bounds and counts don't fit together */
export function readHistogramPoint(point: Message): ReceivedPoint {
  const bounds = numbersIn(point, 'explicitBounds');
  const counts = numbersIn(point, 'bucketCounts');
  if (counts.length !== bounds.length + 1 && counts.length + bounds.length > 0) {
    throw new Malformed(`${counts.length} bucketCounts do not go with ${bounds.length} bounds`);
  }
  return { ...readPlace(point), histogram: { ...readSummed(point), bounds, counts } };
}

/** Reads an ExponentialHistogramDataPoint. @throws Malformed */
export function readExponentialPoint(point: Message): ReceivedPoint {
  return {
    ...readPlace(point),
    exponential: {
      ...readSummed(point),
      scale: numberIn(point, 'scale'),
      zeroCount: numberIn(point, 'zeroCount'),
      positive: readBuckets(messageIn(point, 'positive')),
      negative: readBuckets(messageIn(point, 'negative')),
    },
  };
}

/** Reads a SummaryDataPoint, of which its count and sum are kept. @throws Malformed */
export function readSummaryPoint(point: Message): ReceivedPoint {
  const { count, sum } = readSummed(point);
  return {
    ...readPlace(point),
    histogram: { count, ...(sum !== undefined && { sum }), bounds: [], counts: [] },
  };
}

function readPlace(point: Message) {
  return {
    attributes: attributesIn(point),
    startNanos: nanosIn(point, 'startTimeUnixNano'),
    timeNanos: nanosIn(point, 'timeUnixNano'),
  };
}

function readSummed(point: Message) {
  const [sum, min, max] = ['sum', 'min', 'max'].map((field) => optionalNumberIn(point, field));
  return {
    count: numberIn(point, 'count'),
    ...(sum !== undefined && { sum }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
}

function readBuckets(buckets: Message) {
  return { offset: numberIn(buckets, 'offset'), counts: numbersIn(buckets, 'bucketCounts') };
}
