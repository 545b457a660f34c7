import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';

/** How the official exporters can be told to write. */
export const WAYS = ['protobuf', 'protobuf, gzip', 'JSON', 'JSON, gzip'] as const;
type Way = (typeof WAYS)[number];

type Signal = 'traces' | 'logs' | 'metrics';
interface Exporter {
  export(
    items: unknown,
    done: (result: { readonly code: number; readonly error?: Error }) => void,
  ): void;
  shutdown(): Promise<void>;
}
type ExporterClass = new (options: { url: string; compression: string }) => Exporter;

const CLASSES = {
  traces: { proto: ProtoTraceExporter, json: JsonTraceExporter },
  logs: { proto: ProtoLogExporter, json: JsonLogExporter },
  metrics: { proto: ProtoMetricExporter, json: JsonMetricExporter },
};

/** Sends items with an official exporter. Rejects unless they were taken. */
export async function exportTo(url: string, signal: Signal, way: Way, items: unknown) {
  const [encoding, compression = 'none'] = way.split(', ');
  const Exporter = CLASSES[signal][
    encoding === 'JSON' ? 'json' : 'proto'
  ] as unknown as ExporterClass;
  const exporter = new Exporter({ url: `${url}/v1/${signal}`, compression });
  const { code, error } = await new Promise<{ code: number; error?: Error }>((resolve) => {
    exporter.export(items, resolve);
  });
  await exporter.shutdown();
  if (code !== 0) throw error ?? new Error(`the exporter ended with ${code}`);
}
