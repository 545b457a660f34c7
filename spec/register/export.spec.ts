import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { type Answer, Endpoint, status } from '../otlp-endpoint.js';
import { type Ended, runProgram } from './program.js';

const WARN = { OTEL_LOG_LEVEL: 'warn' };
const CHILD = `
  import { execFileSync } from 'node:child_process';
  execFileSync('sh', ['-c', ':']);
`;
/** A program that ends with a code of its own, by listeners that find more to do once. */
const ENDING = `${CHILD}
  process.exitCode = 5;
  let rounds = 0;
  process.on('beforeExit', (code) => {
    console.log('beforeExit', code, rounds);
    if (rounds++ === 0) setTimeout(() => console.log('more'), 5);
  });
  process.on('exit', (code) => console.log('exit', code));
`;
const ENDED = 'beforeExit 5 0\nmore\nbeforeExit 5 1\nexit 5\n';
const BURST = 50_000;
/** No end that these bring comes within a spec. */
const ENDLESS = {
  OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
  OTEL_BSP_EXPORT_TIMEOUT: '60000',
  OTEL_BLRP_EXPORT_TIMEOUT: '60000',
  OTEL_METRIC_EXPORT_TIMEOUT: '60000',
};

describe('a program with otel-exec/register that exports', () => {
  it('loses none of a burst to a slow collector, or tells each', async function () {
    this.timeout(60_000);
    const arrived = { spans: 0, records: 0 };
    await using collector = await Endpoint.start(async (response, body) => {
      arrived.spans += body.match(/"parentSpanId"|"kind":2/g)?.length ?? 0;
      arrived.records += body.match(/"eventName"/g)?.length ?? 0;
      await pause(50);
      response.end('{}');
    });
    const program = `
      import { ExecTelemetry } from 'otel-exec';
      const telemetry = new ExecTelemetry({ methods: ['process/start'] });
      for (let id = 0; id < ${BURST}; id++) {
        const request = telemetry.request({ id, method: 'process/start' });
        request.settle({ result: 'success' });
      }
    `;
    const env = { ...exporting(collector.url), OTEL_EXEC_SHUTDOWN_TIMEOUT: '2000' };
    const { stderr, code } = await runProgram(program, { env });
    expect(code).to.equal(0);
    for (const [noun, count] of [
      ['spans', arrived.spans],
      ['log records', arrived.records],
    ] as const) {
      const told = toldOf(stderr, noun);
      expect(count).to.be.above(1_000);
      expect(count + told, noun).to.be.within(BURST, BURST + 512);
    }
  });

  for (const [title, answer, reason] of [
    ['rejects everything in part', rejectAll, 'rejected: full'],
    ['is a login page', status(200, '<html>'), 'invalid_response: the answer is no OTLP response'],
    ['refuses for good', status(400), 'rejected: 400 Bad Request'],
  ] as const) {
    it(`tells of a collector that ${title}`, async () => {
      await using collector = await Endpoint.start(answer);
      const { stderr } = await runProgram(CHILD, { env: exporting(collector.url) });
      expect(stderr).to.include(`otel-exec: spans dropped: 1 (${reason}`);
      expect(stderr).to.include(`otel-exec: log records dropped: 1 (${reason}`);
    });
  }

  for (const protocol of ['http/json', 'http/protobuf', 'grpc'] as const) {
    it(`ends as it would, in time, and tells, where a collector over ${protocol} is not there or never answers`, async () => {
      await Promise.all(
        [false, true].map(async (listens) => {
          await using dead = await DeadCollector.start(listens);
          const env = {
            ...exporting(dead.url, protocol),
            ...ENDLESS,
            OTEL_EXEC_SHUTDOWN_TIMEOUT: '400',
            // grpc-js keeps the program alive while a call is under way.
            ...(protocol === 'grpc' && { OTEL_EXPORTER_OTLP_TIMEOUT: '1000' }),
          };
          const { code, signal, stdout, stderr } = await runProgram(ENDING, { env });
          expect({ code, signal, stdout }).to.deep.equal({ code: 5, signal: null, stdout: ENDED });
          expect([toldOf(stderr, 'spans'), toldOf(stderr, 'log records')]).to.deep.equal([1, 1]);
        }),
      );
    });
  }

  it('ends by what a beforeExit listener throws, or by its promises, where a collector is not there', async () => {
    await using dead = await DeadCollector.start(false);
    const endings = [
      `process.on('beforeExit', () => { throw new Error('as it is'); });
      process.on('uncaughtExceptionMonitor', (_error, origin) => console.log(origin));`,
      `process.once('beforeExit', async () => {
        await null;
        await new Promise((resolve) => setTimeout(resolve, 5));
        console.log('later');
      });`,
      'await new Promise(() => {});',
    ];
    await Promise.all(
      endings.map(async (ending) => {
        const env = { ...exporting(dead.url), OTEL_EXEC_SHUTDOWN_TIMEOUT: '200' };
        const [plain, registered] = await Promise.all([
          runProgram(CHILD + ending, { flags: [] }),
          runProgram(CHILD + ending, { env }),
        ]);
        const { code, stdout } = registered;
        expect({ code, stdout }).to.deep.equal({ code: plain.code, stdout: plain.stdout });
      }),
    );
  });

  it('ends in time where it is metrics that come to no end', async () => {
    await using dead = await DeadCollector.start(false);
    const env = {
      ...exporting(dead.url),
      ...ENDLESS,
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXEC_SHUTDOWN_TIMEOUT: '400',
    };
    const program = `${CHILD}
      process.exitCode = 5;
      process.on('beforeExit', (code) => console.log('beforeExit', code));
      process.on('exit', (code) => console.log('exit', code));
    `;
    const { code, stdout, stderr } = await runProgram(program, { env });
    expect({ code, stdout }).to.deep.equal({ code: 5, stdout: 'beforeExit 5\nexit 5\n' });
    expect(stderr).to.include('the last metrics were not exported');
  });

  it('does not wait for an answer that is under way when it has nothing left to do', async () => {
    await using dead = await DeadCollector.start(true);
    const env = {
      ...exporting(dead.url),
      ...ENDLESS,
      OTEL_BSP_SCHEDULE_DELAY: '1',
      OTEL_EXEC_SHUTDOWN_TIMEOUT: '400',
    };
    const program = `${CHILD} setTimeout(() => {}, 300);`;
    const { code } = await runProgram(program, { env });
    expect(code).to.equal(0);
  });

  it('ends by process.exit() at once, and tells what had not been sent', async () => {
    await using dead = await DeadCollector.start(true);
    const program = `${CHILD} process.exit(3);`;
    const { code, stderr } = await runProgram(program, { env: exporting(dead.url) });
    expect(code).to.equal(3);
    expect([toldOf(stderr, 'spans'), toldOf(stderr, 'log records')]).to.deep.equal([1, 1]);
  });

  it('hears of beforeExit where a flush has nothing to send', async () => {
    const env = {
      ...WARN,
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    };
    const { code, stdout } = await runProgram(ENDING.replace(CHILD, ''), { env });
    expect({ code, stdout }).to.deep.equal({ code: 5, stdout: ENDED });
  });

  it('exports to the console too, where that is asked for beside OTLP', async () => {
    const bodies: string[] = [];
    await using collector = await Endpoint.start((response, body) => {
      bodies.push(body);
      response.end('{}');
    });
    const env = { ...exporting(collector.url), OTEL_TRACES_EXPORTER: 'otlp,console' };
    const { stdout } = await runProgram(CHILD, { env });
    expect(stdout).to.match(/name: 'sh'/);
    expect(bodies.join()).to.match(/"name":"sh"/);
  });

  it('tells of a time for its end that is none', async () => {
    const { stderr } = await runProgram('', { env: { OTEL_EXEC_SHUTDOWN_TIMEOUT: 'soon' } });
    expect(stderr).to.match(/OTEL_EXEC_SHUTDOWN_TIMEOUT is no number of milliseconds/);
  });
});

function exporting(url: string, protocol = 'http/json'): NodeJS.ProcessEnv {
  return {
    ...WARN,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_METRICS_EXPORTER: 'none',
  };
}

function rejectAll(...[response]: Parameters<Answer>): void {
  const partialSuccess = { rejectedSpans: '1', rejectedLogRecords: '1', errorMessage: 'full' };
  status(200, JSON.stringify({ partialSuccess }))(response, '');
}

function toldOf(stderr: Ended['stderr'], noun: string): number {
  const told = stderr.matchAll(new RegExp(`${noun} dropped: (\\d+)`, 'g'));
  return [...told].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Takes connections and never says a word, or isn't there at all, so that its port refuses. */
class DeadCollector implements AsyncDisposable {
  readonly #server = createServer((socket) => socket.on('error', () => {}).resume());
  url = '';

  static async start(listens: boolean): Promise<DeadCollector> {
    const dead = new DeadCollector();
    await once(dead.#server.listen(0, '127.0.0.1'), 'listening');
    dead.url = `http://127.0.0.1:${(dead.#server.address() as AddressInfo).port}`;
    if (!listens) await dead[Symbol.asyncDispose]();
    return dead;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}
