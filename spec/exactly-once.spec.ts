import { expect } from 'chai';
import fc from 'fast-check';
import {
  type Connection,
  ExecTelemetry,
  type Inference,
  type Process,
  type Request,
} from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';

/**
 * Random interleavings of everything that can end a lifecycle, against a model in which the first cause
 * wins. The signals are those of the real SDK.
 */

interface World {
  readonly telemetry: ExecTelemetry;
  readonly connection: Connection;
  readonly requests: Request[];
  readonly processes: Process[];
  readonly inferences: Inference[];
  readonly model: Model;
}

interface Model {
  requests: (string | undefined)[];
  processes: { result: string | undefined; asked: boolean }[];
  inferences: (string | undefined)[];
  shut: boolean;
}

type Step = (world: World) => void;

const index = fc.nat({ max: 3 });

function onRequest(act: (request: Request) => unknown, result: string) {
  return (at: number): Step =>
    ({ requests, model }) => {
      const request = requests[at];
      if (request === undefined) return;
      act(request);
      model.requests[at] ??= result;
    };
}

function onProcess(
  act: (process: Process) => unknown,
  end: (asked: boolean) => string | undefined,
) {
  return (at: number): Step =>
    ({ processes, model }) => {
      const process = processes[at];
      const known = model.processes[at];
      if (process === undefined || known === undefined) return;
      act(process);
      known.result ??= end(known.asked);
    };
}

const beginRequest: Step = ({ telemetry, connection, requests, model }) => {
  if (requests.length > 3) return;
  requests.push(telemetry.request({ id: requests.length, method: 'm' }, { connection }));
  model.requests.push(model.shut || connection.settled ? 'disconnected' : undefined);
};

const beginProcess: Step = ({ telemetry, processes, model }) => {
  if (processes.length > 3) return;
  processes.push(telemetry.process({ id: processes.length, executable: '/bin/sh' }));
  model.processes.push({ result: model.shut ? 'unknown' : undefined, asked: false });
};

const beginInference: Step = ({ telemetry, inferences, model }) => {
  if (inferences.length > 1) return;
  inferences.push(telemetry.inference({ model: 'm', provider: 'p' }));
  model.inferences.push(model.shut ? 'cancelled' : undefined);
};

const closeConnection: Step = ({ connection, model }) => {
  connection.settle();
  model.requests = model.requests.map((result) => result ?? 'disconnected');
};

const shutdown: Step = ({ telemetry, model }) => {
  telemetry.shutdown();
  model.shut = true;
  model.requests = model.requests.map((result) => result ?? 'disconnected');
  model.inferences = model.inferences.map((result) => result ?? 'cancelled');
  for (const process of model.processes) process.result ??= 'unknown';
};

const settleInference =
  (result: 'success' | 'cancelled') =>
  (at: number): Step =>
  ({ inferences, model }) => {
    if (inferences[at] === undefined) return;
    inferences[at].settle({ result });
    model.inferences[at] ??= result;
  };

const askTermination = (at: number): Step => {
  return ({ processes, model }) => {
    const known = model.processes[at];
    if (processes[at] === undefined || known === undefined) return;
    processes[at].terminationRequested();
    known.asked = true;
  };
};

const exits = (code: number | null, signal: string | null, otherwise: string) =>
  onProcess(
    (process) => process.exited(code, signal),
    (asked) => (asked ? 'terminated' : otherwise),
  );

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(beginRequest, beginProcess, beginRequest, beginProcess, beginInference),
  fc.constantFrom(closeConnection, shutdown),
  fc
    .constantFrom(
      onRequest((request) => request.settle({ result: 'success' }), 'success'),
      onRequest((request) => request.settle({ result: 'error', code: -32603 }), 'error'),
      onRequest((request) => request.settle({ result: 'error', error: undefined }), 'error'),
      onRequest((request) => request.settle({ result: 'cancelled' }), 'cancelled'),
      onRequest((request) => request[Symbol.dispose](), 'disconnected'),
      exits(0, null, 'success'),
      exits(3, null, 'error'),
      exits(null, 'SIGKILL', 'error'),
      onProcess(
        (process) => process.spawnFailed(new Error('no')),
        () => 'spawn_failed',
      ),
      onProcess(
        (process) => process[Symbol.dispose](),
        () => 'unknown',
      ),
      onProcess(
        (process) => process.spawned(1),
        () => undefined,
      ),
      askTermination,
      settleInference('success'),
      settleInference('cancelled'),
    )
    .chain((act) => index.map(act)),
);

function tally(results: readonly (string | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of results) counts[String(result)] = (counts[String(result)] ?? 0) + 1;
  return counts;
}

describe('a lifecycle, whatever happens to it in whatever order', () => {
  it('gives one span, one histogram record and one event, and the first cause wins', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 24 }), async (steps) => {
        await using capture = new SignalCapture();
        const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['m'] });
        const world: World = {
          telemetry,
          connection: telemetry.connection({ transport: 'test' }),
          requests: [],
          processes: [],
          inferences: [],
          model: { requests: [], processes: [], inferences: [], shut: false },
        };
        for (const act of [...steps, shutdown]) act(world);
        await expectModel(capture, world.model);
      }),
      { numRuns: 10_000 },
    );
  });
});

async function expectModel(capture: SignalCapture, model: Model): Promise<void> {
  const { spans, events, metrics } = await capture.signals();
  const processes = model.processes.map(({ result }) => result);
  const named = (name: string) => spans.filter((span) => span.name === name).length;
  const results = (event: string) =>
    tally(
      events
        .filter(({ name }) => name === event)
        .map(({ attributes }) => String(attributes.result)),
    );
  const recorded = (name: string, label = 'result') =>
    Object.fromEntries(
      (metrics[name] ?? []).map(({ attributes, value }) => [String(attributes[label]), value]),
    );

  expect(spans.length).to.equal(
    model.requests.length + model.processes.length + model.inferences.length,
  );
  expect(named('m')).to.equal(model.requests.length);
  expect(named('exec_server.process')).to.equal(processes.length);
  expect(results('codex.exec_server_request')).to.deep.equal(tally(model.requests));
  expect(results('codex.exec_server_process')).to.deep.equal(tally(processes));
  expect(results('codex.inference')).to.deep.equal(tally(model.inferences));
  expect(recorded('exec_server.request.duration')).to.deep.equal(tally(model.requests));
  expect(recorded('exec_server.requests')).to.deep.equal(tally(model.requests));
  expect(recorded('exec_server.process.duration')).to.deep.equal(tally(processes));
  expect(recorded('exec_server.processes.finished')).to.deep.equal(tally(processes));
  for (const active of ['requests', 'processes', 'connections']) {
    const points = metrics[`exec_server.${active}.active`];
    expect(points?.map(({ value }) => value) ?? [0]).to.deep.equal([0]);
  }
}
