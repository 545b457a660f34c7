import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { findFreePort, startCollector } from '../../../scripts/collector/index.js';
import { OpenRecording } from '../../view/recording/loading.js';
import { Recorder } from '../../view/recording/recorder.js';
import { post } from '../view/asking.js';
import { Viewing } from '../view/viewing.js';

const traceId = '5b8efff798038103d269b633813fc60c';
const resource = {
  attributes: [
    { key: 'service.name', value: { stringValue: 'spec' } },
    { key: 'service.instance.id', value: { stringValue: 'spec-1' } },
  ],
};
const scope = { name: 'a scope', version: '1' };
const times = { startTimeUnixNano: '1544712660000000000', timeUnixNano: '1544712661000000000' };
const attributes = [
  { key: 'int', value: { intValue: '9007199254740993' } },
  { key: 'zero', value: { intValue: '0' } },
  { key: 'double', value: { doubleValue: 0.5 } },
  { key: 'bytes', value: { bytesValue: 'AAH/' } },
  { key: 'list', value: { arrayValue: { values: [{ boolValue: false }, {}] } } },
  { key: 'map', value: { kvlistValue: { values: [{ key: 'é', value: { stringValue: '' } }] } } },
];

const traces = {
  resourceSpans: [
    {
      resource,
      scopeSpans: [
        {
          scope,
          spans: [
            {
              traceId,
              spanId: 'eee19b7ec3c1b174',
              parentSpanId: 'eee19b7ec3c1b173',
              name: 'a span',
              kind: 2,
              startTimeUnixNano: '1544712660000000000',
              endTimeUnixNano: '1544712661000000001',
              attributes,
              events: [{ timeUnixNano: '1544712660500000000', name: 'an event', attributes }],
              links: [{ traceId, spanId: 'eee19b7ec3c1b175' }],
              status: { message: 'no', code: 2 },
            },
          ],
        },
      ],
    },
  ],
};
const logs = {
  resourceLogs: [
    {
      resource,
      scopeLogs: [
        {
          scope,
          logRecords: [
            {
              timeUnixNano: '1544712660000000000',
              observedTimeUnixNano: '1544712660000000001',
              severityNumber: 17,
              severityText: 'ERROR',
              eventName: 'an.event',
              body: { stringValue: 'what happened' },
              attributes,
              traceId,
              spanId: 'eee19b7ec3c1b174',
            },
          ],
        },
      ],
    },
  ],
};
const summed = { count: '3', sum: 11 };
const metrics = {
  resourceMetrics: [
    {
      resource,
      scopeMetrics: [
        {
          scope,
          metrics: [
            {
              name: 'done',
              unit: '{job}',
              sum: {
                aggregationTemporality: 1,
                isMonotonic: true,
                dataPoints: [{ ...times, asInt: '0', attributes: attributes.slice(0, 1) }],
              },
            },
            { name: 'heat', gauge: { dataPoints: [{ ...times, asDouble: -0.5 }] } },
            {
              name: 'durations',
              histogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    ...times,
                    ...summed,
                    min: 0,
                    explicitBounds: [1, 2],
                    bucketCounts: ['1', '1', '1'],
                  },
                ],
              },
            },
            {
              name: 'sizes',
              exponentialHistogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    ...times,
                    ...summed,
                    scale: -2,
                    zeroCount: '1',
                    positive: { offset: -3, bucketCounts: ['1', '1'] },
                  },
                ],
              },
            },
            {
              name: 'quantiles',
              summary: {
                dataPoints: [
                  { ...times, ...summed, quantileValues: [{ quantile: 0.5, value: 4 }] },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
};

describe('the view and a collector', () => {
  it('agree on what a collector sends on, and on the file that its exporter writes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'otel-exec-collector-'));
    const file = join(folder, 'collector.jsonl');
    const own = join(folder, 'own.jsonl');
    const recorder = await Recorder.open(own, (message) => expect.fail(message));
    await using viewing = await Viewing.start(recorder);
    const port = await findFreePort();
    const collector = await startCollector({
      config: `yaml:${configuration(port, viewing.url, file)}`,
    });
    for (const [signal, request] of Object.entries({ traces, logs, metrics })) {
      expect(await post(`http://127.0.0.1:${port}/v1/${signal}`, request)).to.include({
        status: 200,
      });
    }
    await collector.stop();
    await recorder.close();

    await using sentToUs = await Viewing.start();
    for (const [signal, request] of Object.entries({ traces, logs, metrics })) {
      await post(`${sentToUs.url}/v1/${signal}`, request);
    }
    await using opened = await Viewing.start();
    const listener = {
      progress() {},
      skipped: (line: number, reason: string) => expect.fail(`line ${line}: ${reason}`),
    };
    const { requests } = await (await OpenRecording.open(file)).load(opened, listener);
    expect(requests).to.equal(3);
    for (const { spans, logRecords, metrics: points } of [viewing, opened]) {
      expect(spans).to.deep.equal(sentToUs.spans);
      expect(logRecords).to.deep.equal(sentToUs.logRecords);
      expect(points).to.deep.equal(sentToUs.metrics);
    }
    expect(viewing.metrics.map(({ kind }) => kind)).to.have.length(5);
    expect(await linesIn(own)).to.have.deep.members(await linesIn(file));
    await rm(folder, { recursive: true });
  });
});

/** A collector that sends everything to a view, compressed, and writes it to a file. */
function configuration(port: number, view: string, file: string): string {
  const pipeline = { receivers: ['otlp'], exporters: ['otlphttp', 'file'] };
  return JSON.stringify({
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { otlphttp: { endpoint: view }, file: { path: file } },
    service: {
      pipelines: { traces: pipeline, metrics: pipeline, logs: pipeline },
      telemetry: { metrics: { level: 'none' } },
    },
  });
}

async function linesIn(path: string): Promise<unknown[]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}
