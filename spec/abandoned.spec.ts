import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { expect } from 'chai';
import { ExecTelemetry, type Request } from 'otel-exec';
import { execServerProcess, execServerRequest } from 'otel-exec/conventions';
import { SignalCapture } from 'otel-exec/testing';

setFlagsFromString('--expose-gc');
const PATIENCE_MILLIS = 50_000;
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Collects garbage until something is so: finalizers are called some time after a collection, and what a
 * WeakRef gave lives until the end of its job.
 */
async function collectUntil(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MILLIS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('was not collected in time');
    await pause(10);
    collectGarbage();
    await setImmediate();
  }
}

function forget(telemetry: ExecTelemetry, times: number): void {
  for (let at = 0; at < times; at++) {
    telemetry.request({ id: at, method: 'm' });
    telemetry.process({ id: at });
  }
}

describe('a lifecycle that nobody holds any more', () => {
  let told: string[];
  beforeEach(() => {
    told = [];
    const ignore = () => {};
    const warn = (message: string) => void told.push(message);
    const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  });
  afterEach(() => diag.disable());

  it('is settled as its fallback, and told once a kind', async () => {
    await using capture = new SignalCapture();
    const conventions = {
      request: { ...execServerRequest(), title: 'request of this spec' },
      process: { ...execServerProcess(), title: 'process of this spec' },
    };
    const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['m'], conventions });
    const held = telemetry.request({ id: 'held', method: 'm' });
    forget(telemetry, 5_000);
    let ended = 0;
    await collectUntil(() => {
      void capture.signals().then(({ spans }) => (ended = spans.length));
      return ended === 10_000;
    });
    expect(held.settled).to.equal(false);
    expect(held.settle({ result: 'success' })).to.equal(true);
    const { events, metrics } = await capture.signals();
    const results = new Set(events.map(({ name, attributes }) => `${name} ${attributes.result}`));
    expect([...results]).to.have.members([
      'codex.exec_server_request disconnected',
      'codex.exec_server_process unknown',
      'codex.exec_server_request success',
    ]);
    expect(metrics['exec_server.requests.active']?.[0]?.value).to.equal(0);
    expect(told.filter((message) => message.includes('of this spec'))).to.have.length(2);
  }).timeout(60_000);

  it('takes no memory, also where nobody listens', async () => {
    const telemetry = new ExecTelemetry();
    const weak: WeakRef<Request>[] = [];
    for (let at = 0; at < 3_000; at++) {
      weak.push(new WeakRef(telemetry.request({ id: at, method: 'm' })));
    }
    await collectUntil(() => weak.every((each) => each.deref() === undefined));
  }).timeout(60_000);

  it('is not one whose process is still observed, or whose work still runs', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['m'] });
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const serving = telemetry.serve({ id: 1, method: 'm' }, () => gate);
    forget(telemetry, 2_000);
    let ended = 0;
    await collectUntil(() => {
      void capture.signals().then(({ spans }) => (ended = spans.length));
      return ended === 4_000;
    });
    release();
    await serving;
    await setImmediate();
    const { events } = await capture.signals();
    const successes = events.filter(({ attributes }) => attributes.result === 'success');
    expect(successes).to.have.length(1);
  }).timeout(60_000);
});
