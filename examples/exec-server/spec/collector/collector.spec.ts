import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { adoptChild } from '../../../../scripts/collector/children.js';
import {
  type CollectorPorts,
  configurations,
  describePorts,
  findCollectorPorts,
  locateCollector,
  type RunningCollector,
  signalGap,
  startCollector,
  validateConfiguration,
} from '../../../../scripts/collector/index.js';
import {
  attribute,
  createId,
  createSpan,
  postLogRecords,
  postMetrics,
  postSpans,
  tellTime,
} from './otlp.js';
import { awaitFiles, readLogRecords, readSpans } from './written-files.js';

const commandPath = fileURLToPath(new URL('../../../../scripts/collector.js', import.meta.url));
const root = fileURLToPath(new URL('../../../../../', import.meta.url));

/** Instruments of the design's table, and the names that Prometheus has to see. */
const names = [
  ['exec_server.connections', '{connection}', 'counter', 'exec_server_connections_total'],
  ['exec_server.connections.active', '{connection}', 'gauge', 'exec_server_connections_active'],
  ['exec_server.requests', '{request}', 'counter', 'exec_server_requests_total'],
  ['exec_server.requests.active', '{request}', 'gauge', 'exec_server_requests_active'],
  ['exec_server.request.duration', 's', 'histogram', 'exec_server_request_duration_seconds'],
  [
    'exec_server.request.queue.duration',
    's',
    'histogram',
    'exec_server_request_queue_duration_seconds',
  ],
  ['exec_server.processes.active', '{process}', 'gauge', 'exec_server_processes_active'],
  [
    'exec_server.processes.finished',
    '{process}',
    'counter',
    'exec_server_processes_finished_total',
  ],
  ['exec_server.process.duration', 's', 'histogram', 'exec_server_process_duration_seconds'],
] as const;

describe('A collector with our configurations', () => {
  let binary: string;

  before(async function () {
    this.timeout(25 * 60_000);
    binary = await locateCollector();
  });

  for (const [name, path] of Object.entries(configurations)) {
    it(`finds the ${name} configuration valid`, async () => {
      expect(await validateConfiguration(binary, path)).to.equal(undefined);
    });
  }

  for (const name of ['main', 'gateway'] as const) {
    for (const upstream of ['otlp_grpc', 'otlp_http']) {
      it(`finds the ${name} configuration valid with ${upstream} switched on`, async () => {
        const fault = await validateConfiguration(binary, configurations[name], {
          OTELCOL_UPSTREAM: upstream,
          OTELCOL_UPSTREAM_GRPC: 'backend.example:4317',
          OTELCOL_UPSTREAM_HTTP: 'https://backend.example/otlp',
          OTELCOL_UPSTREAM_HEADERS: '{api-key: none}',
        });
        expect(fault).to.equal(undefined);
      });
    }

    it(`names an upstream that the ${name} configuration hasn't got`, async () => {
      const fault = await validateConfiguration(binary, configurations[name], {
        OTELCOL_UPSTREAM: 'pigeon',
      });
      expect(fault).to.match(/"pigeon\/upstream" which is not configured/);
    });
  }

  describe('running', () => {
    let directory: string;
    let ports: CollectorPorts;
    let collector: RunningCollector;

    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'otel-exec-collector-'));
      ports = await findCollectorPorts();
      collector = await startCollector({
        binary,
        config: configurations.main,
        env: { ...describePorts(ports), OTELCOL_DATA_DIR: directory },
      });
    });

    after(async () => {
      const exit = await collector?.stop();
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
      expect(exit).to.deep.equal({ code: 0, signal: null });
    });

    it('answers its health check', async () => {
      const response = await fetch(`http://127.0.0.1:${ports.health}/`);
      expect(response.status).to.equal(200);
    });

    it('has a span in traces.json once it has accepted it', async () => {
      const span = createSpan({ traceId: createId(16), name: 'process/start' });
      await postSpans(ports.http, [span]);
      const [written, ...more] = await readSpans(directory);
      expect(written).to.include({ traceId: span.traceId, spanId: span.spanId, name: span.name });
      expect(more).to.have.length(0);
    });

    it("has a log record in logs.json once it has accepted it, with the event's name", async () => {
      const record = {
        timeUnixNano: tellTime(),
        severityNumber: 9,
        severityText: 'INFO',
        eventName: 'codex.exec_server_request',
        body: { stringValue: 'exec-server request completed' },
        attributes: [attribute('method', 'process/start')],
        traceId: createId(16),
        spanId: createId(8),
      };
      await postLogRecords(ports.http, [record]);
      expect(await readLogRecords(directory)).to.deep.equal([record]);
    });

    it('has every metric on the Prometheus page, under its exact name', async () => {
      await postMetrics(ports.http, names.map(createMetric));
      const page = await (await fetch(`http://127.0.0.1:${ports.prometheus}/metrics`)).text();
      const shown = [...page.matchAll(/^# TYPE (exec_server_\w+) (\w+)$/gm)].map(
        ([, name, type]) => `${name} ${type}`,
      );
      expect(shown).to.have.members(names.map(([, , type, shownAs]) => `${shownAs} ${type}`));
      expect(page).to.match(/^exec_server_requests_total\{[^}]*method="process\/start"[^}]*\} 3$/m);
      expect(page).to.match(/^exec_server_request_duration_seconds_sum\{[^}]*\} 0\.5$/m);
    });

    it('shows what arrived on the console', async () => {
      await collector.waitForOutput(/^exec-server request completed .*method=process\/start/m);
      await collector.waitForOutput(/^exec_server\.requests\{method=process\/start\} 3$/m);
    });
  });

  describe('with an upstream', () => {
    let root: string;

    before(async () => {
      root = await mkdtemp(join(tmpdir(), 'otel-exec-upstream-'));
    });

    after(() => rm(root, { recursive: true, force: true }));

    it('delivers after a restart what it accepted while the upstream was away', async () => {
      const near = join(root, 'near');
      const far = join(root, 'far');
      const [nearPorts, farPorts] = [await findCollectorPorts(), await findCollectorPorts()];
      const nearOptions = {
        binary,
        config: configurations.main,
        env: {
          ...describePorts(nearPorts),
          OTELCOL_DATA_DIR: near,
          OTELCOL_UPSTREAM: 'otlp_grpc',
          OTELCOL_UPSTREAM_GRPC: `127.0.0.1:${farPorts.grpc}`,
          OTELCOL_UPSTREAM_INSECURE: 'true',
        },
      };
      const spans = Array.from({ length: 100 }, () => createSpan({ traceId: createId(16) }));
      {
        await using beforeRestart = await startCollector(nearOptions);
        for (const span of spans) await postSpans(nearPorts.http, [span]);
        expect(await beforeRestart.kill()).to.deep.equal({ code: null, signal: 'SIGKILL' });
      }
      await using _upstream = await startCollector({
        binary,
        config: configurations.main,
        env: { ...describePorts(farPorts), OTELCOL_DATA_DIR: far },
      });
      await using _afterRestart = await startCollector(nearOptions);
      const arrived = await awaitFiles(
        [far],
        () => readSpans(far),
        (found) => new Set(found.map((span) => span.spanId)).size === spans.length,
      );
      expect(arrived.map((span) => span.spanId)).to.have.members(spans.map((span) => span.spanId));
    });
  });

  describe('from the command line', () => {
    let directory: string;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'otel-exec-command-'));
    });

    afterEach(() => rm(directory, { recursive: true, force: true }));

    it('passes SIGTERM on and ends with the code of the collector', async () => {
      const command = startCommand([], await describePlace());
      await terminateWhenReady(command);
      expect(await command.exited).to.deep.equal([0, null]);
      expect(command.told()).to.include('Shutdown complete.');
    });

    it('ends with npm, which tells only its shell (skipped on Windows, which has no SIGTERM)', async function () {
      if (process.platform === 'win32') this.skip();
      const args = ['run', '--silent', '--prefix', root, 'collector'];
      const command = watchCommand('npm', args, await describePlace());
      await terminateWhenReady(command);
      // It is closed when the last process that inherited it, the collector, has ended.
      await command.exited;
      expect(command.told()).to.include('Shutdown complete.');
    });

    async function describePlace(): Promise<Record<string, string>> {
      return { ...describePorts(await findCollectorPorts()), OTELCOL_DATA_DIR: directory };
    }

    it('says what is wrong with a configuration, and fails', async () => {
      const command = startCommand(['validate', '--config', 'absent.yaml']);
      expect(await command.exited).to.deep.equal([1, null]);
      expect(command.told()).to.include('absent.yaml');
    });

    it('says how it is used when it is used otherwise', async () => {
      const command = startCommand(['walk']);
      expect(await command.exited).to.deep.equal([2, null]);
      expect(command.told()).to.match(/^Usage: npm run collector/);
    });

    it('says exactly what to install when there is neither a collector nor Go', async () => {
      const command = startCommand(['path'], { PATH: '/nowhere', XDG_CACHE_HOME: '/nowhere' });
      expect(await command.exited).to.deep.equal([1, null]);
      expect(command.told()).to.match(/^ {2}- otelcol-contrib 0\.\d+\.0 or later: https:/m);
      expect(command.told()).to.match(/^ {2}- Go 1\.\d+ or later: https:/m);
    });
  });
});

interface Command {
  readonly child: ChildProcess;
  readonly lines: AsyncIterable<string>;
  readonly exited: Promise<unknown[]>;
  told(): string;
}

function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Command {
  return watchCommand(process.execPath, [commandPath, ...args], env);
}

function watchCommand(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Command {
  const child = adoptChild(
    spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const lines = createInterface({ input: child.stderr });
  return { child, lines, exited: once(child, 'close'), told: () => told };
}

async function terminateWhenReady({ child, lines }: Command): Promise<void> {
  for await (const line of lines) {
    if (!line.includes('Everything is ready')) continue;
    await setTimeout(signalGap);
    child.kill('SIGTERM');
  }
}

function createMetric([name, unit, type]: (typeof names)[number]): object {
  const point = {
    startTimeUnixNano: tellTime(-1000),
    timeUnixNano: tellTime(),
    attributes: [attribute('method', 'process/start')],
  };
  if (type === 'histogram') {
    const bounds = { count: '2', sum: 0.5, bucketCounts: ['1', '1'], explicitBounds: [0.1] };
    const dataPoints = [{ ...point, ...bounds }];
    return { name, unit, histogram: { aggregationTemporality: 2, dataPoints } };
  }
  const dataPoints = [{ ...point, asInt: '3' }];
  const isMonotonic = type === 'counter';
  return { name, unit, sum: { aggregationTemporality: 2, isMonotonic, dataPoints } };
}
