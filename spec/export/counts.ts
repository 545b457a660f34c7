import type { Attributes } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

class PullReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** Counts what became of log records, with the real SDK. */
export class Counts {
  readonly #reader = new PullReader();
  readonly meterProvider = new MeterProvider({ readers: [this.#reader] });

  /** By `error.type`; `arrived` where there is none. */
  async read(): Promise<Record<string, number>> {
    const { resourceMetrics } = await this.#reader.collect();
    const points = resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === 'otel.sdk.processor.log.processed')
      .flatMap(({ dataPoints }): { attributes: Attributes; value: unknown }[] => dataPoints);
    return Object.fromEntries(
      points.map(({ attributes, value }) => [attributes['error.type'] ?? 'arrived', Number(value)]),
    );
  }
}
