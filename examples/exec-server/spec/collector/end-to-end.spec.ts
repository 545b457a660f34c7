import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { Arrivals, type Arrived, toRecord } from './arrivals.js';
import type { LogRecord, Span } from './otlp.js';
import { Place, protocols } from './place.js';
import { run, ServerProcess } from './programs.js';
import { readSamples, sumOf } from './prometheus.js';
import { untilTrue } from './waiting.js';

const DEBUG = 5;
const INFO = 9;
const STARTED = 'codex.exec_server_process_started';
const LABELS = new Set(['method', 'result', 'transport', 'le']);

/** The design's table: every family of the exec server on the page, its type and its labels. */
const families = {
  exec_server_connections_total: ['counter', 'transport'],
  exec_server_connections_active: ['gauge', 'transport'],
  exec_server_requests_total: ['counter', 'method,result'],
  exec_server_requests_active: ['gauge', ''],
  exec_server_request_duration_seconds: ['histogram', 'method,result'],
  exec_server_request_queue_duration_seconds: ['histogram', 'method'],
  exec_server_processes_active: ['gauge', ''],
  exec_server_processes_finished_total: ['counter', 'result'],
  exec_server_process_duration_seconds: ['histogram', 'result'],
};

describe('A server, its client and a collector', () => {
  for (const protocol of protocols) {
    it(`make one trace, two events and every metric of one command over ${protocol}`, async () => {
      await using place = await Place.find();
      await place.start();
      await using server = await ServerProcess.start(place.exporting(protocol));
      const traceId = randomBytes(16).toString('hex');
      const clientSpan = randomBytes(8).toString('hex');
      const command = ['sh', '-c', 'sleep 0.2; echo done'];
      const client = await run(
        'examples/exec-server/client/main.js',
        ['--url', server.url, ...command],
        {
          TRACEPARENT: `00-${traceId}-${clientSpan}-01`,
        },
      );
      expect(client).to.deep.include({ code: 0, stdout: 'done\n' });
      expect(await server.stop()).to.include({ code: 0, stderr: '' });
      const { spans, logRecords, duplicates } = await new Arrivals(place.directory).read();

      const request = find(spans, 'process/start');
      const child = find(spans, 'exec_server.process');
      expect([...spans.values()].map(({ name }) => name)).to.have.members([
        'initialize',
        'process/start',
        'process/write',
        'exec_server.process',
      ]);
      expect(new Set([...spans.values()].map((span) => span.traceId))).to.have.keys(traceId);
      expect(request).to.include({ parentSpanId: clientSpan, kind: 2 });
      expect(child).to.include({ parentSpanId: request.spanId, kind: 1 });
      expect(BigInt(child.endTimeUnixNano) > BigInt(request.endTimeUnixNano)).to.equal(true);

      const requestEvent = eventOf(logRecords, request);
      const childEvent = eventOf(logRecords, child);
      expect([...logRecords.values()].map(({ eventName }) => eventName)).to.have.members([
        ...Array.from({ length: 3 }, () => 'codex.exec_server_request'),
        STARTED,
        'codex.exec_server_process',
      ]);
      expect(duplicates).to.equal(0);
      for (const { eventName, ...record } of logRecords.values()) {
        const [severityText, severityNumber] =
          eventName === STARTED ? ['DEBUG', DEBUG] : ['INFO', INFO];
        expect(record).to.include({ traceId, severityText, severityNumber });
      }
      expect(requestEvent.eventName).to.equal('codex.exec_server_request');
      expect(toRecord(requestEvent.attributes)).to.deep.include({
        method: 'process/start',
        result: 'success',
        duration_ms: Math.floor(secondsOf(request) * 1000),
        traceparent: `00-${traceId}-${request.spanId}-01`,
      });
      expect(childEvent.eventName).to.equal('codex.exec_server_process');
      expect(toRecord(childEvent.attributes)).to.deep.include({
        trace_id: traceId,
        result: 'success',
        duration_ms: Math.floor(secondsOf(child) * 1000),
      });

      for (const { resource } of [...spans.values(), ...logRecords.values()]) {
        expect(resource).to.include({
          'service.name': 'exec-server',
          'telemetry.sdk.name': 'opentelemetry',
          'telemetry.sdk.language': 'nodejs',
        });
        expect(resource).to.include.keys('service.version', 'telemetry.sdk.version');
        expect(resource).not.to.have.any.keys('process.command_args', 'process.command');
      }

      const page = await place.readMetrics();
      const types = [...page.matchAll(/^# TYPE (exec_server_\w+) (\w+)$/gm)];
      expect(Object.fromEntries(types.map(([, name, type]) => [name, type]))).to.deep.equal(
        Object.fromEntries(Object.entries(families).map(([name, [type]]) => [name, type])),
      );
      const samples = readSamples(page, 'exec_server_');
      for (const [name, [type, labels]] of Object.entries(families)) {
        const of = type === 'histogram' ? `${name}_count` : name;
        for (const sample of samples.filter((one) => one.name === of)) {
          expect(ownLabels(sample.labels), name).to.equal(labels);
        }
      }
      const value = (name: string, labels = {}) => sumOf(samples, `exec_server_${name}`, labels);
      const started = { method: 'process/start', result: 'success' };
      expect(value('connections_total', { transport: 'websocket' })).to.equal(1);
      expect(value('connections_active', { transport: 'websocket' })).to.equal(0);
      expect(value('requests_total')).to.equal(3);
      expect(value('requests_total', started)).to.equal(1);
      expect(value('requests_active')).to.equal(0);
      expect(value('request_duration_seconds_count')).to.equal(3);
      expect(value('request_queue_duration_seconds_count')).to.equal(3);
      expect(value('processes_active')).to.equal(0);
      expect(value('processes_finished_total', { result: 'success' })).to.equal(1);
      expect(value('process_duration_seconds_count')).to.equal(1);
      expect(value('request_duration_seconds_sum', started)).to.be.closeTo(
        secondsOf(request),
        1e-6,
      );
      expect(value('process_duration_seconds_sum')).to.be.closeTo(secondsOf(child), 1e-6);
      console.log(
        `        ${protocol}: ${spans.size} spans, ${logRecords.size} events, ${types.length} metrics`,
      );
    });
  }

  it('show what still runs, before its span ends', async () => {
    await using place = await Place.find();
    await place.start();
    await using server = await ServerProcess.start({
      ...place.exporting(),
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      OTEL_METRIC_EXPORT_TIMEOUT: '100',
    });
    const client = run(
      'examples/exec-server/client/main.js',
      ['--url', server.url, 'sleep', '60'],
      {},
    );
    const active = { exec_server_processes_active: 1, exec_server_connections_active: 1 };
    for (const [name, value] of Object.entries(active)) {
      await untilTrue(
        async () => sumOf(readSamples(await place.readMetrics(), name), name) === value,
      );
    }
    await server.stop();
    await client;
    const samples = readSamples(await place.readMetrics(), 'exec_server_');
    expect(sumOf(samples, 'exec_server_processes_active')).to.equal(0);
    expect(
      sumOf(samples, 'exec_server_processes_finished_total', { result: 'terminated' }),
    ).to.equal(1);
    expect((await new Arrivals(place.directory).read()).spans.size).to.equal(4);
  });

  it('honour the standard variables: name, resource, and a place for one signal', async () => {
    await using place = await Place.find();
    await using other = await Place.find();
    await place.start();
    await other.start();
    await using server = await ServerProcess.start({
      ...place.exporting(),
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:${other.ports.http}/v1/traces`,
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_SERVICE_NAME: 'build-runner',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
    });
    await run('examples/exec-server/client/main.js', ['--url', server.url, 'true'], {});
    await server.stop();
    const near = await new Arrivals(place.directory).read();
    const far = await new Arrivals(other.directory).read();
    expect([near.spans.size, near.logRecords.size]).to.deep.equal([0, far.spans.size + 1]);
    expect(far.logRecords.size).to.equal(0);
    expect(far.spans.size).to.be.greaterThan(2);
    for (const { resource } of [...far.spans.values(), ...near.logRecords.values()]) {
      expect(resource).to.include({
        'service.name': 'build-runner',
        'deployment.environment.name': 'staging',
      });
    }
    expect(await place.readMetrics()).to.match(/exec_server_requests_total\{.*"build-runner"/);
  });
});

function find(spans: ReadonlyMap<string, Arrived<Span>>, name: string): Arrived<Span> {
  const found = [...spans.values()].find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name}`);
  return found;
}

function eventOf(records: ReadonlyMap<string, Arrived<LogRecord>>, span: Span): Arrived<LogRecord> {
  const found = [...records.values()].find(
    ({ spanId, eventName }) => spanId === span.spanId && eventName !== STARTED,
  );
  if (found === undefined) throw new Error(`no event of ${span.name}`);
  return found;
}

function secondsOf(span: Span): number {
  return Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e9;
}

function ownLabels(labels: Readonly<Record<string, string>>): string {
  const own = Object.keys(labels).filter((name) => LABELS.has(name));
  return own.sort().join(',');
}
