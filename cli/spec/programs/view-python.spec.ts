import { expect } from 'chai';
import { CHOICES, MESSAGES } from '../../view/otlp/messages.js';
import { Viewing } from '../view/viewing.js';
import { installPython, runPython } from './python.js';

const BAKERY = `
from opentelemetry import trace
from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

tracing = TracerProvider()
tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
logging = LoggerProvider()
logging.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
measuring = MeterProvider(metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter())])
tracer, meter = tracing.get_tracer("bakery"), measuring.get_meter("bakery")

with tracer.start_as_current_span("serve", kind=trace.SpanKind.SERVER):
    with tracer.start_as_current_span("bake", attributes={"loaves": 0, "kinds": ["rye", "oat"]}) as span:
        span.add_event("rise", {"hot": True})
        span.set_status(trace.StatusCode.ERROR, "burnt")
        logging.get_logger("bakery").emit(
            severity_number=SeverityNumber.WARN, event_name="oven.hot",
            body={"text": "é", "list": [1, 2.5, None]}, attributes={"oven": 1},
        )
meter.create_counter("loaves", unit="{loaf}").add(2, {"kind": "rye"})
advice = [1, 2]
meter.create_histogram("bake.duration", unit="s", explicit_bucket_boundaries_advisory=advice).record(1.5)
for provider in (tracing, logging, measuring):
    provider.shutdown()
print(trace.format_trace_id(span.get_span_context().trace_id))
`;

/** Prints the official descriptors of what OTLP's services take and give. */
const DESCRIPTORS = `
import json
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

TYPES = {1: "double", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 7: "fixed32", 8: "bool", 9: "string",
         12: "bytes", 13: "uint32", 14: "int32", 16: "sfixed64", 17: "sint32"}
messages, choices = {}, {}

def add(message):
    if message.name in messages:
        return
    fields = messages[message.name] = {}
    choices[message.name] = sorted(sorted(f.camelcase_name for f in one.fields) for one in message.oneofs)
    for field in message.fields:
        of = field.message_type
        fields[field.camelcase_name] = [field.number, of.name if of else TYPES[field.type]] + ["repeated"] * field.is_repeated
        if of:
            add(of)

for service in (logs_service_pb2, metrics_service_pb2, trace_service_pb2):
    for message in service.DESCRIPTOR.message_types_by_name.values():
        add(message)
print(json.dumps([messages, choices]))
`;

/** Only profiles have them, whose strings are in a table: https://github.com/open-telemetry/opentelemetry-proto */
const OF_PROFILES = ['keyStrindex', 'stringValueStrindex'];

describe("the view and OpenTelemetry's Python", () => {
  let python: string;
  before(() => {
    python = installPython();
  });

  for (const compression of ['none', 'gzip']) {
    it(`agree on what its SDK sends: compression ${compression}`, async () => {
      await using viewing = await Viewing.start();
      const output = await runPython(python, BAKERY, {
        OTEL_EXPORTER_OTLP_ENDPOINT: viewing.url,
        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_SERVICE_NAME: 'bakery',
      });
      const traceId = output.trim();
      const [bake, serve] = viewing.spans;
      expect(viewing.spans).to.have.length(2);
      expect(serve).to.include({ traceId, name: 'serve', kind: 2, scope: 'bakery' });
      expect(bake).to.deep.include({
        traceId,
        parentSpanId: serve?.spanId,
        name: 'bake',
        kind: 1,
        attributes: { loaves: 0, kinds: ['rye', 'oat'] },
        status: { code: 2, message: 'burnt' },
        links: [],
      });
      const events = bake?.events.map(({ name, attributes }) => ({ name, attributes }));
      expect(events).to.deep.equal([{ name: 'rise', attributes: { hot: true } }]);
      const { service, instance, attributes } = bake?.sender ?? {};
      expect(service).to.equal('bakery');
      expect(instance).to.be.a('string');
      expect(attributes).to.include({
        'service.instance.id': instance,
        'telemetry.sdk.language': 'python',
      });
      expect(viewing.logRecords).to.have.length(1);
      expect(viewing.logRecords[0]).to.deep.include({
        severityNumber: 13,
        eventName: 'oven.hot',
        body: { text: 'é', list: [1, 2.5, null] },
        attributes: { oven: 1 },
        traceId,
        spanId: bake?.spanId,
      });
      const metrics = viewing.metrics.map(({ name, unit, kind, points }) => [
        name,
        unit,
        kind,
        points.map(({ value, histogram }) => value ?? histogram),
      ]);
      const histogram = {
        count: 1,
        sum: 1.5,
        min: 1.5,
        max: 1.5,
        bounds: [1, 2],
        counts: [0, 1, 0],
      };
      expect(metrics).to.deep.equal([
        ['loaves', '{loaf}', 'sum', [2]],
        ['bake.duration', 's', 'histogram', [histogram]],
      ]);
    });
  }

  it('agree on every field of every message', async () => {
    const [messages, choices] = JSON.parse(await runPython(python, DESCRIPTORS));
    for (const name of OF_PROFILES) {
      for (const fields of Object.values<object>(messages)) Reflect.deleteProperty(fields, name);
    }
    expect(MESSAGES).to.deep.equal(messages);
    const ours = Object.fromEntries(
      Object.keys(messages).map((name) => [name, sorted(CHOICES[name] ?? [])]),
    );
    const theirs = Object.fromEntries(
      Object.entries<string[][]>(choices).map(([name, oneofs]) => [
        name,
        sorted(oneofs.map((fields) => fields.filter((field) => !OF_PROFILES.includes(field)))),
      ]),
    );
    expect(ours).to.deep.equal(theirs);
  });
});

function sorted(choices: readonly (readonly string[])[]): string[] {
  return choices.map((fields) => [...fields].sort().join()).sort();
}
