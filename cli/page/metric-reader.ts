import { diag } from '@opentelemetry/api';
import { DataPointType, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics';
import { nanosOf } from './hr-time.js';
import type { ReceivedPoint } from './intake.js';
import type { MetricFacts, MetricStreams } from './metric-streams.js';

const EVERY_MILLIS = 1_000;

/** Reads the metrics of the program that has the page, every second. */
export class HistoryMetricReader extends MetricReader {
  readonly #streams: MetricStreams;
  #timer: NodeJS.Timeout | undefined;

  constructor(streams: MetricStreams) {
    super();
    this.#streams = streams;
  }

  /** Reads the metrics now. */
  async read(): Promise<void> {
    const { resourceMetrics } = await this.collect();
    for (const { scope, metrics } of resourceMetrics.scopeMetrics) {
      for (const metric of metrics) {
        this.#streams.take({ ...factsOf(metric), scope: scope.name });
      }
    }
  }

  protected override onInitialized(): void {
    const read = () =>
      void this.read().catch((error) => diag.warn('the page could not read the metrics', error));
    this.#timer = setInterval(read, EVERY_MILLIS).unref();
  }

  protected override async onShutdown(): Promise<void> {
    clearInterval(this.#timer);
  }

  protected override async onForceFlush(): Promise<void> {}
}

function factsOf(metric: MetricData): Omit<MetricFacts, 'scope'> {
  const { name, unit } = metric.descriptor;
  const { dataPointType } = metric;
  if (dataPointType === DataPointType.SUM) {
    const { isMonotonic: monotonic } = metric;
    return { name, unit, kind: 'sum', monotonic, points: pointsOf(metric, readValue) };
  }
  if (dataPointType === DataPointType.GAUGE) {
    return { name, unit, kind: 'gauge', points: pointsOf(metric, readValue) };
  }
  if (dataPointType === DataPointType.HISTOGRAM) {
    const points = pointsOf(metric, ({ count, sum, buckets }) => {
      return { histogram: { count, sum, bounds: buckets.boundaries, counts: buckets.counts } };
    });
    return { name, unit, kind: 'histogram', points };
  }
  const points = pointsOf(metric, (value) => {
    const { positive, negative, ...rest } = value;
    return {
      exponential: {
        ...rest,
        positive: { offset: positive.offset, counts: positive.bucketCounts },
        negative: { offset: negative.offset, counts: negative.bucketCounts },
      },
    };
  });
  return { name, unit, kind: 'exponential histogram', points };
}

function readValue(value: number): Pick<ReceivedPoint, 'value'> {
  return { value };
}

type Point<Value> = {
  readonly startTime: [number, number];
  readonly endTime: [number, number];
  readonly attributes: ReceivedPoint['attributes'];
  readonly value: Value;
};

function pointsOf<Value>(
  { dataPoints }: { readonly dataPoints: readonly Point<Value>[] },
  of: (value: Value) => Partial<ReceivedPoint>,
): ReceivedPoint[] {
  return dataPoints.map(({ startTime, endTime, attributes, value }) => {
    const [startNanos, timeNanos] = [nanosOf(startTime), nanosOf(endTime)];
    return { attributes, startNanos, timeNanos, ...of(value) };
  });
}
