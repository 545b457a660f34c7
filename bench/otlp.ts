import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { ExecTelemetry } from 'otel-exec';
import type { Part } from './measure/part.js';
import { takeTurns, type Variant } from './measure/rounds.js';
import { runAlone } from './measure/run-alone.js';
import { rowsOf } from './measure/table.js';
import { Worker } from './measure/worker.js';
import { messages } from './variants/message.js';
import { ours } from './variants/ours.js';

const BATCH = 512;
const TURNS = { rounds: 16, warmup: 4, turns: 8, perTurn: BATCH };
const IDLE = { forceFlush: async () => {}, shutdown: async () => {} };

interface BatchExporter<Item> {
  export(items: Item[], done: (result: ExportResult) => void): void;
}

/** What the SDK's own OTLP exporters take for what one lifecycle hands them, whoever made it. */
export const otlp: Part = async () => {
  const sink = new Worker('sink', new URL('workers/sink.js', import.meta.url));
  try {
    const { port } = await sink.told();
    const to = (path: string) => ({ url: `http://127.0.0.1:${port}/v1/${path}` });
    const { spans, records } = makeBatch();
    const variants = [
      exporting('a span, http/protobuf', spans, new ProtobufTraceExporter(to('traces'))),
      exporting('a log record, http/protobuf', records, new ProtobufLogExporter(to('logs'))),
      exporting('a span, http/json', spans, new JsonTraceExporter(to('traces'))),
      exporting('a log record, http/json', records, new JsonLogExporter(to('logs'))),
    ];
    const timings = await takeTurns(variants, TURNS);
    return [
      {
        title: 'Export over OTLP',
        unit: 'ns',
        about: `One request’s span and event through the SDK’s own exporters, in batches of ${BATCH}, to a local sink in another process: what a program pays on top of the lifecycle once it exports.`,
        rows: rowsOf(variants, timings, []),
      },
    ];
  } finally {
    await sink.end();
  }
};

function makeBatch(): { spans: ReadableSpan[]; records: ReadableLogRecord[] } {
  const spans: ReadableSpan[] = [];
  const records: ReadableLogRecord[] = [];
  const tracerProvider = new TracerProvider({
    spanProcessors: [{ ...IDLE, onStart() {}, onEnd: (span) => void spans.push(span) }],
  });
  const loggerProvider = new LoggerProvider({
    processors: [{ ...IDLE, onEmit: (record) => void records.push(record) }],
  });
  const work = ours(new ExecTelemetry({ tracerProvider, loggerProvider }));
  const next = messages(true);
  for (let made = 0; made < BATCH; made++) work(next());
  return { spans, records };
}

/** The batch goes out when the turn's last item has been counted, so that a figure is of one item. */
function exporting<Item>(name: string, batch: Item[], exporter: BatchExporter<Item>): Variant {
  return {
    name,
    work: () => {},
    drain: () =>
      new Promise((resolve, reject) => {
        exporter.export(batch, ({ code, error }) => {
          if (code === ExportResultCode.SUCCESS) resolve();
          else reject(error ?? new Error(`${name} was not exported`));
        });
      }),
  };
}

await runAlone(import.meta.url, otlp);
