import assert from 'node:assert/strict';
import { Collector } from '../register/collector.js';
import { ASKED, PROGRAM, type Started, WHOLE } from '../register/registered.js';
import { type Output, run } from './run.js';

/** Something that has to work on every line and Node. */
export interface Check {
  readonly title: string;
  /** @throws Error where it doesn't */
  run(node: string, folder: string): Promise<void>;
}

type Received = Collector['received'];

const REGISTER = ['--import', 'otel-exec/register'];
/** Of spans and as many of log records; on both lines and four Nodes together, 100,000. */
const RANDOM_ITEMS = 6_250;
const DOORS = ['otel-exec', 'otel-exec/instrumentation', 'otel-exec/lines', 'otel-exec/testing'];
const CHILD = ['child_process.active', 'child_process.duration', 'child_process.finished'];
const PLAIN_EVENTS = [
  'child_process.exit',
  ...Array<string>(3).fill('mcp.client.request'),
  ...Array<string>(3).fill('mcp.server.request'),
  'rpc.client.request',
  'rpc.server.request',
];

async function exporting(
  node: string,
  cwd: string,
  args: readonly string[],
): Promise<{ output: Output; received: Received; traces: number }> {
  await using collector = new Collector();
  const env = { ...(await collector.listen()), OTEL_METRICS_EXPORTER: 'otlp' };
  const output = await run(node, args, { cwd, env });
  return { output, received: collector.received, traces: collector.traces.size };
}

const sorted = (names: Iterable<string>) => [...names].sort();

/** What is tried on every line and Node, in the order of its table. */
export const CHECKS: readonly Check[] = [
  {
    title: "`require('otel-exec')`, every door",
    async run(node, cwd) {
      const source = DOORS.map(
        (door) => `if (!Object.keys(require('${door}'))[0]) process.exit(9)`,
      );
      const { stderr } = await run(node, ['--input-type=commonjs', '-e', source.join(';')], {
        cwd,
      });
      const surprises = stderr.replace(/.*ExperimentalWarning.*\n|.*--trace-warnings.*\n/g, '');
      assert.equal(surprises, '');
    },
  },
  {
    title: 'by hand: spans, metrics, events',
    async run(node, cwd) {
      const { received } = await exporting(node, cwd, ['by-hand.js']);
      assert.deepEqual(sorted(received.spans), ['exec_server.process', 'process/start']);
      assert.deepEqual(sorted(received.events), [
        'codex.exec_server_process',
        'codex.exec_server_process_started',
        'codex.exec_server_request',
      ]);
      assert.deepEqual(sorted(received.metrics), [
        'exec_server.connections',
        'exec_server.connections.active',
        'exec_server.process.duration',
        'exec_server.processes.active',
        'exec_server.processes.finished',
        'exec_server.request.duration',
        'exec_server.requests',
        'exec_server.requests.active',
      ]);
    },
  },
  {
    title: '`ChildProcessInstrumentation` in `NodeSDK`',
    async run(node, cwd) {
      const { received } = await exporting(node, cwd, ['instrumented.js']);
      assert.deepEqual(received.spans, ['sh', 'sh']);
      assert.deepEqual(sorted(received.events), [
        'child_process.exit',
        'child_process.exit',
        'child_process.start',
        'child_process.start',
      ]);
      assert.deepEqual(sorted(received.metrics), CHILD);
    },
  },
  {
    title: 'beside `auto-instrumentations-node`, one trace',
    async run(node, cwd) {
      const { received, traces } = await exporting(node, cwd, ['beside-auto.js']);
      assert.equal(traces, 1);
      const http = received.spans.filter((name) => name === 'GET');
      assert.equal(http.length, 2);
      assert.deepEqual(
        received.spans.filter((name) => name === 'sh'),
        ['sh'],
      );
    },
  },
  {
    title: '`register`, zero code, OTLP: child process, JSON-RPC, MCP',
    async run(node, cwd) {
      const { output, received } = await exporting(node, cwd, [...REGISTER, 'plain.js']);
      assert.equal(output.stdout, 'hello\n0\n');
      assert.deepEqual(sorted(received.spans), [
        'echo',
        'echo',
        'initialize',
        'initialize',
        'notifications/initialized',
        'notifications/initialized',
        'sh',
        'tools/list',
        'tools/list',
      ]);
      assert.deepEqual(
        sorted(received.events.filter((name) => name !== 'child_process.start')),
        PLAIN_EVENTS,
      );
      assert.deepEqual(
        sorted(received.metrics).filter((name) => /duration|finished/.test(name)),
        [
          'child_process.duration',
          'child_process.finished',
          'mcp.client.operation.duration',
          'mcp.client.session.duration',
          'mcp.server.operation.duration',
          'mcp.server.session.duration',
          'rpc.client.call.duration',
          'rpc.server.call.duration',
        ],
      );
    },
  },
  {
    title: '`register`, zero code, lines on stderr',
    async run(node, cwd) {
      const { stdout, stderr } = await run(node, [...REGISTER, 'plain.js'], { cwd });
      assert.equal(stdout, 'hello\n0\n');
      const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
      const events = lines.map((line) => JSON.parse(line).fields['event.name']);
      assert.deepEqual(sorted(events), PLAIN_EVENTS);
    },
  },
  {
    title: '`register` registers what `NodeSDK` would',
    async run(node, cwd) {
      const start = async (env: NodeJS.ProcessEnv): Promise<Started> => {
        const args = [...REGISTER, '--input-type=module', '--eval', PROGRAM];
        return JSON.parse((await run(node, args, { cwd, env })).stdout);
      };
      for (const [title, env] of Object.entries(ASKED)) {
        const parts = await start(env);
        const whole = await start({ ...env, ...WHOLE });
        assert.equal(parts.packages.includes('sdk-node'), false, title);
        assert.deepEqual(parts.registered, whole.registered, title);
      }
    },
  },
  {
    title: `OTLP of ${RANDOM_ITEMS.toLocaleString('en')} random spans and log records is the official one`,
    async run(node, cwd) {
      const { stdout } = await run(node, ['agreement/main.js', String(RANDOM_ITEMS)], { cwd });
      assert.equal(stdout, `${RANDOM_ITEMS}\n`);
    },
  },
  {
    title: '`otel-exec/testing`',
    async run(node, cwd) {
      await run(node, ['testing.js'], { cwd });
    },
  },
];
