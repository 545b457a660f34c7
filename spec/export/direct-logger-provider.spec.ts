import { context, diag, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import {
  DirectLoggerProvider,
  type DirectLogRecord,
  type DirectLogRecordProcessor,
  type DirectRecordInput,
} from 'otel-exec/export';

const RESOURCE = resourceFromAttributes({ 'service.name': 'spec' });
const SPAN = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const CONTEXT = trace.setSpanContext(ROOT_CONTEXT, SPAN);

/** What a reader of either provider's record sees. */
function read(record: DirectLogRecord) {
  const { hrTime, hrTimeObserved, spanContext, eventName, severityNumber, severityText } = record;
  const { body, attributes, droppedAttributesCount, resource, instrumentationScope } = record;
  const { name, version, schemaUrl } = instrumentationScope;
  return {
    times: [hrTime, hrTimeObserved],
    spanContext,
    eventName,
    severity: [severityNumber, severityText],
    body,
    attributes: { ...attributes },
    droppedAttributesCount,
    service: (resource.attributes as Record<string, unknown>)['service.name'],
    scope: [name, version, schemaUrl],
  };
}

class Reading implements DirectLogRecordProcessor {
  readonly seen: ReturnType<typeof read>[] = [];
  flushed = 0;
  closed = 0;
  onEmit(record: DirectLogRecord): void {
    this.seen.push(read(record));
  }
  async forceFlush(): Promise<void> {
    this.flushed++;
  }
  async shutdown(): Promise<void> {
    this.closed++;
  }
}

interface Limits {
  readonly attributeCountLimit?: number;
  readonly attributeValueLengthLimit?: number;
}

/** What both providers hand to a processor. */
function emitBoth(input: DirectRecordInput, logRecordLimits: Limits = {}) {
  const [sdk, direct] = [new Reading(), new Reading()];
  const config = { resource: RESOURCE, logRecordLimits };
  const processors = [sdk] as unknown as LogRecordProcessor[];
  const providers = [
    new LoggerProvider({ ...config, processors }),
    new DirectLoggerProvider({ resource: RESOURCE, processors: [direct], ...logRecordLimits }),
  ];
  for (const provider of providers) {
    const logger = provider.getLogger('a scope', '1.2.3', { schemaUrl: 'https://schema' });
    logger.emit(input as never);
  }
  expect(sdk.seen).to.have.length(1);
  return { sdk: sdk.seen[0], direct: direct.seen[0] };
}

describe('a DirectLoggerProvider', () => {
  const inputs: Readonly<Record<string, DirectRecordInput>> = {
    'an event': {
      eventName: 'an.event',
      severityNumber: 9,
      severityText: 'INFO',
      body: 'it happened',
      attributes: { text: 'a', number: 1, list: ['b', 2], nested: { of: [true] } },
      context: CONTEXT,
      timestamp: [1_700_000_000, 5],
      observedTimestamp: [1_700_000_001, 6],
    },
    'times as the API takes them': {
      timestamp: new Date(1_700_000_000_123),
      observedTimestamp: 1_700_000_000_456,
    },
    'a reading of performance.now()': { timestamp: 1_234.5, observedTimestamp: [1, 2] },
    'a span context that is none': {
      context: trace.setSpanContext(ROOT_CONTEXT, { ...SPAN, spanId: '0'.repeat(16) }),
      timestamp: 1_700_000_000_000,
      observedTimestamp: 1_700_000_000_000,
    },
    'an exception': {
      exception: Object.assign(new TypeError('odd'), { stack: 'at a' }),
      attributes: { 'exception.message': 'told otherwise' },
      timestamp: [1, 2],
      observedTimestamp: [1, 2],
    },
    'an exception that is a text': {
      exception: 'odd',
      timestamp: [1, 2],
      observedTimestamp: [1, 2],
    },
    'an exception with a code': {
      exception: { code: 'ENOENT', name: 'Error', message: 'gone' },
      timestamp: [1, 2],
      observedTimestamp: [1, 2],
    },
  };
  for (const [title, input] of Object.entries(inputs)) {
    it(`hands on what the SDK's does: ${title}`, () => {
      const { sdk, direct } = emitBoth(input);
      expect(direct).to.deep.equal(sdk);
    });
  }

  it("keeps to limits as the SDK's does", () => {
    const attributes = { first: 'x'.repeat(20), list: ['y'.repeat(20), 3], third: 1, fourth: 2 };
    const input: DirectRecordInput = { attributes, timestamp: [1, 2], observedTimestamp: [1, 2] };
    const limits = { attributeCountLimit: 3, attributeValueLengthLimit: 7 };
    const { sdk, direct } = emitBoth(input, limits);
    expect(direct).to.deep.equal(sdk);
    expect(direct).to.have.property('droppedAttributesCount', 1);
    expect(direct?.attributes).to.have.property('first', 'x'.repeat(7));
  });

  it('keeps to the limits that the variables say', () => {
    const reading = new Reading();
    const variables = {
      OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '2',
    };
    Object.assign(process.env, variables);
    try {
      const provider = new DirectLoggerProvider({ resource: RESOURCE, processors: [reading] });
      provider.getLogger('a').emit({ attributes: { first: 'abc', second: 1 } });
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
    }
    expect(reading.seen[0]).to.deep.include({
      attributes: { first: 'ab' },
      droppedAttributesCount: 1,
    });
  });

  it('takes the time and the context that are there where none are given', () => {
    const reading = new Reading();
    const provider = new DirectLoggerProvider({ resource: RESOURCE, processors: [reading] });
    const before = Math.floor(Date.now() / 1_000);
    provider.getLogger('a').emit({});
    const [[seconds = 0] = [], [observed = 0] = []] = reading.seen[0]?.times ?? [];
    for (const time of [seconds, observed]) expect(time).to.be.within(before, before + 5);
    expect(reading.seen[0]?.spanContext).to.equal(trace.getSpanContext(context.active()));
  });

  it('lets a redacting processor come first, and leaves alone what it was given', () => {
    const reading = new Reading();
    const redacting = new (class extends Reading {
      override onEmit(record: DirectLogRecord): void {
        record.setAttribute('secret', '***').setAttributes({ more: 1 }).setBody('b');
        record.setEventName('e').setSeverityNumber(17).setSeverityText('ERROR');
      }
    })();
    const provider = new DirectLoggerProvider({
      resource: RESOURCE,
      processors: [redacting, reading],
    });
    const attributes = Object.freeze({ secret: 'word' });
    provider.getLogger('a').emit({ attributes, context: CONTEXT });
    expect(reading.seen[0]).to.deep.include({
      attributes: { secret: '***', more: 1 },
      body: 'b',
      eventName: 'e',
      severity: [17, 'ERROR'],
      spanContext: SPAN,
    });
    expect(attributes).to.deep.equal({ secret: 'word' });
  });

  it('asks processors whether any wants a record, and makes none after its end', async () => {
    const reading = new Reading();
    const deaf = Object.assign(new Reading(), { enabled: () => false });
    const wanting = new DirectLoggerProvider({ resource: RESOURCE, processors: [deaf, reading] });
    const idle = new DirectLoggerProvider({ resource: RESOURCE, processors: [deaf] });
    const logger = wanting.getLogger('a');
    expect([logger.enabled(), idle.getLogger('a').enabled()]).to.deep.equal([true, false]);
    await wanting.forceFlush();
    await wanting.shutdown();
    logger.emit({});
    expect(logger.enabled()).to.equal(false);
    expect([reading.seen.length, reading.flushed, reading.closed]).to.deep.equal([0, 1, 1]);
  });

  it('tells diag of a processor that throws, and lets the next one have its turn, and of a record that can not be read', () => {
    const told: unknown[][] = [];
    const error = (...args: unknown[]) => told.push(args);
    const ignore = () => {};
    diag.setLogger({ error, warn: ignore, info: ignore, debug: ignore, verbose: ignore });
    try {
      const broken = Object.assign(new Reading(), {
        onEmit: () => {
          throw new Error('broken');
        },
      });
      const reading = new Reading();
      new DirectLoggerProvider({ resource: RESOURCE, processors: [broken, reading] })
        .getLogger('a')
        .emit({ body: 1 });
      expect(reading.seen).to.have.length(1);
      const hostile = {
        get body(): never {
          throw new Error('hostile');
        },
      };
      new DirectLoggerProvider({ resource: RESOURCE, processors: [reading] })
        .getLogger('a')
        .emit(hostile);
      expect(reading.seen).to.have.length(1);
      expect(told.map(([message]) => message)).to.include.members([
        'otel-exec: a log record processor failed',
        'otel-exec: making a log record failed',
      ]);
    } finally {
      diag.disable();
    }
  });

  it("serves an ExecTelemetry, through a processor of the SDK's", async () => {
    const exporter = new InMemoryLogRecordExporter();
    const processor = new SimpleLogRecordProcessor({ exporter });
    const loggerProvider = new DirectLoggerProvider({
      resource: RESOURCE,
      processors: [processor],
    });
    const telemetry = new ExecTelemetry({ loggerProvider });
    telemetry.request({ id: 1, method: 'initialize' }).settle({ result: 'success' });
    await loggerProvider.forceFlush();
    const [record] = exporter.getFinishedLogRecords();
    expect(record).to.have.property('eventName', 'codex.exec_server_request');
    expect(record?.attributes).to.include({ method: 'initialize', result: 'success' });
    await loggerProvider.shutdown();
  });
});
