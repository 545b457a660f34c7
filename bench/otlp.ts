import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { ExecTelemetry } from 'otel-exec';
import { DirectLoggerProvider, OtlpLogRecordProcessor, OtlpSpanProcessor } from 'otel-exec/export';
import type { Part, Table } from './measure/part.js';
import { takeTurns, type Variant } from './measure/rounds.js';
import { runAlone } from './measure/run-alone.js';
import { type Bound, rowsOf } from './measure/table.js';
import { Worker } from './measure/worker.js';
import { messages, REMOTE } from './variants/message.js';
import { ours } from './variants/ours.js';

const BATCH = 512;
const TURNS = { rounds: 16, warmup: 4, turns: 8, perTurn: BATCH };
/** To begin a processor, and its first pages, costs as much as a few hundred items, once in a program's life. */
const BATCHES = 8;
const ENCODING_TURNS = { rounds: 16, warmup: 4, turns: 2, perTurn: BATCHES * BATCH };
const IDLE = { forceFlush: async () => {}, shutdown: async () => {} };

interface BatchExporter<Item> {
  export(items: Item[], done: (result: ExportResult) => void): void;
}

/** More than is ever recorded here: nothing is sent before it is asked for. */
const ENDLESS = {
  maxQueueSize: 1e9,
  maxQueueBytes: 1e12,
  maxExportBatchSize: 1e9,
  maxExportBatchBytes: 1e12,
  scheduledDelayMillis: 1e9,
};
const SPAN = 'a span, serializer of the SDK';
const RECORD = 'a log record, serializer of the SDK';
const OWN_SPAN = 'a span, `OtlpSpanProcessor`';
const OWN_RECORD = 'a log record, `OtlpLogRecordProcessor`';
const GOALS: readonly Bound[] = [
  { variant: OWN_SPAN, to: SPAN, atMost: 0.25, was: '1' },
  { variant: OWN_RECORD, to: RECORD, atMost: 0.25, was: '1' },
];

/** What OTLP takes for what one lifecycle hands over, by the SDK's own exporters and by this package's. */
export const otlp: Part = async () => {
  const sink = new Worker('sink', new URL('workers/sink.js', import.meta.url));
  try {
    const { port } = await sink.told();
    const to = (path: string) => ({ url: `http://127.0.0.1:${port}/v1/${path}` });
    const batch = makeBatch();
    const { spans, records } = batch;
    const ownSpans = new OtlpSpanProcessor(to('traces'));
    const ownRecords = new OtlpLogRecordProcessor(to('logs'));
    const variants = [
      exporting('a span, http/protobuf', spans, new ProtobufTraceExporter(to('traces'))),
      exporting('a log record, http/protobuf', records, new ProtobufLogExporter(to('logs'))),
      exporting('a span, http/json', spans, new JsonTraceExporter(to('traces'))),
      exporting('a log record, http/json', records, new JsonLogExporter(to('logs'))),
      {
        name: OWN_SPAN,
        work: each(spans, (span) => ownSpans.onEnd(span)),
        drain: () => ownSpans.forceFlush(),
        against: 'a span, http/protobuf',
      },
      {
        name: OWN_RECORD,
        work: each(records, (record) => ownRecords.onEmit(record)),
        drain: () => ownRecords.forceFlush(),
        against: 'a log record, http/protobuf',
      },
    ];
    const timings = await takeTurns(variants, TURNS);
    await Promise.all([ownSpans.shutdown(), ownRecords.shutdown()]);
    return [
      await making(),
      await encoding(batch),
      {
        title: 'Export over OTLP',
        unit: 'ns',
        about: `One request’s span and event through the SDK’s own exporters and through this package’s processors, in batches of ${BATCH}, to a local sink in another process: what a program pays on top of the lifecycle once it exports.`,
        rows: rowsOf(variants, timings, []),
      },
    ];
  } finally {
    await sink.end();
  }
};

/** What it takes from an event to a processor that does nothing with it. */
async function making(): Promise<Table> {
  const processor = { ...IDLE, onEmit() {} };
  const resource = { attributes: {} };
  const sdk = new LoggerProvider({ processors: [processor] });
  const direct = new DirectLoggerProvider({ resource, processors: [processor] });
  const emit = (name: string, provider: Pick<DirectLoggerProvider, 'getLogger'>): Variant => {
    const logger = provider.getLogger('bench');
    return {
      name,
      work: () => {
        if (logger.enabled(QUESTION)) logger.emit({ ...QUESTION, ...EVENT, attributes: fields() });
      },
    };
  };
  const variants: readonly Variant[] = [
    emit(BY_SDK, sdk as unknown as DirectLoggerProvider),
    { ...emit('`DirectLoggerProvider`', direct), against: BY_SDK },
  ];
  const timings = await takeTurns(variants, { rounds: 16, warmup: 4, turns: 8, perTurn: 4_000 });
  return {
    title: 'A log record for an event',
    unit: 'ns',
    about:
      'From a lifecycle’s event to a processor that does nothing with it: its eight attributes, the question whether anybody wants it, and the record.',
    rows: rowsOf(variants, timings, []),
  };
}

const BY_SDK = '`LoggerProvider` of the SDK';
const QUESTION = {
  context: trace.setSpanContext(ROOT_CONTEXT, REMOTE),
  eventName: 'codex.exec_server_request',
  severityNumber: 9,
};
const TIME: [number, number] = [1_800_000_000, 5];
const EVENT = {
  severityText: 'INFO',
  body: 'exec-server request completed',
  timestamp: TIME,
  observedTimestamp: TIME,
};
const fields = () => ({
  request_id: '12',
  method: 'environment/info',
  trace_id: REMOTE.traceId,
  traceparent: `00-${REMOTE.traceId}-${REMOTE.spanId}-01`,
  transport: 'websocket',
  result: 'success',
  queue_ms: 0,
  duration_ms: 1,
});

/** What turning them into bytes takes, without sending any. */
async function encoding({ spans, records }: Batch): Promise<Table> {
  const serialize = (name: string, serializer: () => unknown): Variant => ({
    name,
    work: () => {},
    drain: async () => {
      for (let batch = 0; batch < BATCHES; batch++) serializer();
    },
  });
  const variants = [
    serialize(SPAN, () => ProtobufTraceSerializer.serializeRequest(spans)),
    serialize(RECORD, () => ProtobufLogsSerializer.serializeRequest(records)),
    keeping(OWN_SPAN, spans, {
      make: () => new OtlpSpanProcessor(ENDLESS),
      take: (processor, span) => processor.onEnd(span),
    }),
    keeping(OWN_RECORD, records, {
      make: () => new OtlpLogRecordProcessor(ENDLESS),
      take: (processor, record) => processor.onEmit(record),
    }),
  ];
  const timings = await takeTurns(variants, ENCODING_TURNS);
  return {
    title: 'Encoding for OTLP',
    unit: 'ns',
    about: `The same span and event as bytes of http/protobuf: by the SDK’s serializer, ${BATCH} at once, and by this package’s processors, each as it comes, put into the queue and not sent; memory is new in every turn, where a program’s queue takes what it has had before.`,
    rows: rowsOf(variants, timings, GOALS),
  };
}

interface Keeper<Item, Processor> {
  make(): Processor;
  take(processor: Processor, item: Item): void;
}

/** Each turn has a processor of its own, made before it, so that no more is kept than a turn's. */
function keeping<Item, Processor extends { abandon(): void }>(
  name: string,
  items: readonly Item[],
  { make, take }: Keeper<Item, Processor>,
): Variant {
  const { rounds, warmup, turns } = ENCODING_TURNS;
  const processors = Array.from({ length: (rounds + warmup) * turns }, make);
  let processor = processors.pop() as Processor;
  return {
    name,
    work: each(items, (item) => take(processor, item)),
    drain: async () => {
      processor.abandon();
      processor = processors.pop() ?? processor;
    },
  };
}

/** Calls with one after the other, round and round. */
function each<Item>(items: readonly Item[], take: (item: Item) => void): () => void {
  let next = 0;
  return () => take(items[next++ % items.length] as Item);
}

interface Batch {
  readonly spans: ReadableSpan[];
  readonly records: ReadableLogRecord[];
}

function makeBatch(): Batch {
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
