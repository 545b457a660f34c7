import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import {
  configurations,
  describePorts,
  findCollectorPorts,
  locateCollector,
  type RunningCollector,
  startCollector,
} from '../../../../scripts/collector/index.js';
import {
  createId,
  createSpan,
  failed,
  type LogRecord,
  postLogRecords,
  postMetrics,
  postSpans,
  type Span,
  tellTime,
} from './otlp.js';
import { awaitFiles, readLogRecords, readSpans } from './written-files.js';

const slowMilliseconds = 5_000;
const spansPerTrace = 3;
const received = 'otelcol_receiver_accepted_spans';
const decided = 'otelcol_processor_tail_sampling_global_count_traces_sampled';

describe('One agent and two gateways', () => {
  before(async function () {
    this.timeout(25 * 60_000);
    await locateCollector();
  });

  it('bring every span of a trace, and its log events, to the same gateway', async () => {
    await using tiers = await startTiers({ OTELCOL_SHARE_PERCENT: '100' });
    const traces = Array.from({ length: 40 }, () => createTrace());
    await sendInterleaved(tiers.agentPort, traces);
    await postLogRecords(tiers.agentPort, traces.map(createEvent));

    const spans = await awaitFiles(
      tiers.directories,
      () => Promise.all(tiers.directories.map(readSpans)),
      (found) => found.flat().length === traces.length * spansPerTrace,
    );
    const events = await awaitFiles(
      tiers.directories,
      () => Promise.all(tiers.directories.map(readLogRecords)),
      (found) => found.flat().length === traces.length,
    );

    const [first = [], second = []] = spans.map((found) => countByTrace(found));
    const firstTraces = new Map(first);
    const secondTraces = new Map(second);
    expect([...firstTraces.keys()].filter((traceId) => secondTraces.has(traceId))).to.deep.equal(
      [],
    );
    const expected = traces.map(([span]): [string, number] => [span.traceId, spansPerTrace]);
    expect([...first, ...second]).to.have.deep.members(expected);
    expect(firstTraces.size, 'traces at the first gateway').to.be.greaterThan(0);
    expect(secondTraces.size, 'traces at the second gateway').to.be.greaterThan(0);
    events.forEach((found, index) => {
      const here = index === 0 ? firstTraces : secondTraces;
      for (const { traceId = '' } of found) expect([...here.keys()]).to.include(traceId);
    });
  });

  it('keep failed and slow traces, none of the rest, and every log event', async () => {
    await using tiers = await startTiers({ OTELCOL_SHARE_PERCENT: '0' });
    const good = Array.from({ length: 20 }, () => createTrace());
    const broken = Array.from({ length: 10 }, () => createTrace({ status: failed }));
    const slow = Array.from({ length: 10 }, () => createTrace({}, slowMilliseconds + 1_000));
    const all = [...good, ...broken, ...slow];
    await sendInterleaved(tiers.agentPort, all);
    await postLogRecords(tiers.agentPort, all.map(createEvent));

    await awaitFiles(
      tiers.directories,
      () => Promise.all(tiers.directories.map(readSpans)),
      (found) => found.flat().length >= (broken.length + slow.length) * spansPerTrace,
    );
    await tiers.awaitCount(received, all.length * spansPerTrace);
    // Stopping decides about what is still waiting.
    await tiers.stop();

    const kept = (await Promise.all(tiers.directories.map(readSpans))).flat();
    const expected = [...broken, ...slow].map(([span]) => [span.traceId, spansPerTrace]);
    expect(countByTrace(kept)).to.have.deep.members(expected);
    const events = (await Promise.all(tiers.directories.map(readLogRecords))).flat();
    expect(events.map((event) => event.traceId)).to.have.members(all.map(([span]) => span.traceId));
  });

  it('lose a process that outlives the decision as a child, and keep it as a linked trace', async () => {
    await using tiers = await startTiers({ OTELCOL_SHARE_PERCENT: '0' });
    const request = createSpan({ traceId: createId(16) });
    await postSpans(tiers.agentPort, [request]);
    await tiers.awaitCount(decided, 1);

    const asChild = createSpan({
      traceId: request.traceId,
      parentSpanId: request.spanId,
      name: 'exec_server.process',
      status: failed,
    });
    const asLink = createSpan({
      traceId: createId(16),
      name: 'exec_server.process',
      status: failed,
    });
    await postSpans(tiers.agentPort, [asChild, asLink]);
    await awaitFiles(
      tiers.directories,
      async () => (await Promise.all(tiers.directories.map(readSpans))).flat(),
      (found) => found.length > 0,
    );
    await tiers.awaitCount(received, 3);
    await tiers.stop();

    const kept = (await Promise.all(tiers.directories.map(readSpans))).flat();
    expect(kept.map((span) => span.spanId)).to.deep.equal([asLink.spanId]);
  });

  it("leave the server's metrics on the agent's page", async () => {
    await using tiers = await startTiers({});
    const dataPoints = [
      { asInt: '2', startTimeUnixNano: tellTime(-1000), timeUnixNano: tellTime() },
    ];
    const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
    await postMetrics(tiers.agentPort, [{ name: 'exec_server.requests', unit: '{request}', sum }]);
    const page = await readPage(tiers.prometheusPort);
    expect(page).to.match(/^exec_server_requests_total\{[^}]*\} 2$/m);
  });
});

interface Tiers extends AsyncDisposable {
  readonly agentPort: number;
  readonly prometheusPort: number;
  readonly directories: readonly string[];
  /** Waits until a counter of the gateways' own adds up to `count`. */
  awaitCount(counter: string, count: number): Promise<void>;
  stop(): Promise<void>;
}

async function startTiers(gatewayEnv: Readonly<Record<string, string>>): Promise<Tiers> {
  const root = await mkdtemp(join(tmpdir(), 'otel-exec-tiers-'));
  const directories = [join(root, 'gateway-1'), join(root, 'gateway-2')];
  const running: RunningCollector[] = [];
  const stop = async () => {
    await Promise.all(running.splice(0).map((collector) => collector.stop()));
  };
  const dispose = async () => {
    await stop();
    await rm(root, { recursive: true, force: true });
  };
  try {
    const gatewayPorts = [await findCollectorPorts(), await findCollectorPorts()];
    for (const [index, ports] of gatewayPorts.entries()) {
      const directory = directories[index] ?? root;
      await mkdir(directory);
      running.push(
        await startCollector({
          config: configurations.gateway,
          env: {
            ...describePorts(ports),
            OTELCOL_DATA_DIR: directory,
            OTELCOL_DECISION_WAIT: '1s',
            OTELCOL_SLOW_MS: String(slowMilliseconds),
            ...gatewayEnv,
          },
        }),
      );
    }
    const agentPorts = await findCollectorPorts();
    const gateways = gatewayPorts.map((ports) => `127.0.0.1:${ports.grpc}`);
    running.unshift(
      await startCollector({
        config: configurations.agent,
        env: {
          ...describePorts(agentPorts),
          OTELCOL_GATEWAYS: `[${gateways.join(', ')}]`,
          OTELCOL_GATEWAY_INSECURE: 'true',
        },
      }),
    );
    return {
      agentPort: agentPorts.http,
      prometheusPort: agentPorts.prometheus,
      directories,
      awaitCount: (counter, count) =>
        awaitSum(
          gatewayPorts.map((ports) => ports.telemetry),
          counter,
          count,
        ),
      stop,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function createTrace(facts: Partial<Span> = {}, milliseconds = 1): [Span, ...Span[]] {
  const root = createSpan({ traceId: createId(16) });
  const child = { traceId: root.traceId, parentSpanId: root.spanId };
  return [
    root,
    createSpan({ ...child, name: 'exec_server.process', ...facts }, milliseconds),
    createSpan({ ...child, name: 'exec_server.process' }),
  ];
}

function createEvent([span]: readonly [Span, ...Span[]]): LogRecord {
  return {
    timeUnixNano: tellTime(),
    severityNumber: 9,
    eventName: 'codex.exec_server_request',
    traceId: span.traceId,
    spanId: span.spanId,
  };
}

/** One request for all first spans, one for all second ones, and so on. */
async function sendInterleaved(port: number, traces: readonly (readonly Span[])[]): Promise<void> {
  for (let index = 0; index < spansPerTrace; index += 1) {
    await postSpans(
      port,
      traces.flatMap((spans) => spans.slice(index, index + 1)),
    );
  }
}

function countByTrace(spans: readonly Span[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { traceId } of spans) counts.set(traceId, (counts.get(traceId) ?? 0) + 1);
  return [...counts];
}

async function awaitSum(
  telemetryPorts: readonly number[],
  counter: string,
  count: number,
): Promise<void> {
  const lines = new RegExp(`^${counter}\\{[^}]*\\} (\\d+)$`, 'gm');
  for (const deadline = Date.now() + 20_000; ; ) {
    const pages = await Promise.all(telemetryPorts.map(readPage));
    const sum = pages
      .flatMap((page) => [...page.matchAll(lines)])
      .reduce((total, [, value]) => total + Number(value), 0);
    if (sum === count) return;
    if (sum > count || Date.now() > deadline) {
      throw new Error(`${counter} of the gateways adds up to ${sum}, not ${count}`);
    }
    await setTimeout(50);
  }
}

async function readPage(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}
