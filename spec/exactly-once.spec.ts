import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
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
  /** Settles what a served request's handler waits for; absent for one that isn't served. */
  readonly answers: (PromiseWithResolvers | undefined)[];
  readonly processes: Process[];
  readonly inferences: Inference[];
  readonly model: Model;
}

interface KnownRequest {
  result: string | undefined;
  /** What it ends with when nobody says another. */
  fallback: string;
  dequeued: boolean;
}

interface KnownProcess {
  result: string | undefined;
  asked: boolean;
  spawned: boolean;
}

interface Model {
  requests: KnownRequest[];
  processes: KnownProcess[];
  inferences: (string | undefined)[];
  shut: boolean;
}

type Step = (world: World) => void | Promise<void>;

const index = fc.nat({ max: 3 });

interface PromiseWithResolvers {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

function onRequest(
  act: (request: Request) => unknown,
  result: string | ((known: KnownRequest) => string | undefined),
) {
  return (at: number): Step =>
    async ({ requests, model }) => {
      const request = requests[at];
      const known = model.requests[at];
      if (request === undefined || known === undefined) return;
      await act(request);
      known.result ??= typeof result === 'string' ? result : result(known);
    };
}

const answers =
  (settle: (answer: PromiseWithResolvers) => void, result: string) =>
  (at: number): Step =>
  async (world) => {
    const [answer, known] = [world.answers[at], world.model.requests[at]];
    if (answer === undefined || known === undefined) return;
    settle(answer);
    await setImmediate();
    world.answers[at] = undefined;
    known.result ??= result;
  };

const boom = (): never => {
  throw new RangeError('boom');
};

function throwInside(request: Request): void {
  try {
    request.run(boom);
  } catch {}
}

async function leaveByRejection(request: Request): Promise<void> {
  const leave = async () => {
    using left = request;
    await left.run(async () => boom());
  };
  await leave().catch(() => {});
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

const knownRequest = (isClosed: boolean): KnownRequest => ({
  result: isClosed ? 'disconnected' : undefined,
  fallback: 'disconnected',
  dequeued: false,
});

const beginRequest: Step = ({ telemetry, connection, requests, model }) => {
  if (requests.length > 3) return;
  requests.push(telemetry.request({ id: requests.length, method: 'm' }, { connection }));
  model.requests.push(knownRequest(model.shut || connection.settled));
};

const beginServing: Step = ({ telemetry, connection, requests, answers, model }) => {
  if (requests.length > 3) return;
  const at = requests.length;
  const isClosed = model.shut || connection.settled;
  const handle = (request: Request) => {
    requests[at] = request;
    return new Promise((resolve, reject) => {
      answers[at] = { resolve, reject };
    });
  };
  telemetry.serve({ id: at, method: 'm' }, handle, { connection }).catch(() => {});
  model.requests.push(knownRequest(isClosed));
};

const beginProcess: Step = ({ telemetry, processes, model }) => {
  if (processes.length > 3) return;
  processes.push(telemetry.process({ id: processes.length, executable: '/bin/sh' }));
  const result = model.shut ? 'unknown' : undefined;
  model.processes.push({ result, asked: false, spawned: false });
};

const beginInference: Step = ({ telemetry, inferences, model }) => {
  if (inferences.length > 1) return;
  inferences.push(telemetry.inference({ model: 'm', provider: 'p' }));
  model.inferences.push(model.shut ? 'cancelled' : undefined);
};

const closeConnection: Step = ({ connection, model }) => {
  connection.settle();
  for (const request of model.requests) request.result ??= request.fallback;
};

const shutdown: Step = ({ telemetry, model }) => {
  telemetry.shutdown();
  model.shut = true;
  for (const request of model.requests) request.result ??= request.fallback;
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

const spawns = (at: number): Step => {
  return ({ processes, model }) => {
    const known = model.processes[at];
    if (processes[at] === undefined || known === undefined) return;
    processes[at].spawned(1);
    processes[at].spawned(2);
    known.spawned ||= known.result === undefined;
  };
};

const exits = (code: number | null, signal: string | null, otherwise: string) =>
  onProcess(
    (process) => process.exited(code, signal),
    (asked) => (asked ? 'terminated' : otherwise),
  );

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(
    beginRequest,
    beginServing,
    beginProcess,
    beginRequest,
    beginProcess,
    beginInference,
  ),
  fc.constantFrom(closeConnection, shutdown),
  fc
    .constantFrom(
      onRequest((request) => request.settle({ result: 'success' }), 'success'),
      onRequest((request) => request.settle({ result: 'error', code: -32603 }), 'error'),
      onRequest((request) => request.settle({ result: 'error', error: undefined }), 'error'),
      onRequest((request) => request.settle({ result: 'cancelled' }), 'cancelled'),
      onRequest(
        (request) => request[Symbol.dispose](),
        ({ fallback }) => fallback,
      ),
      onRequest(throwInside, (known) => {
        known.fallback = 'error';
        return undefined;
      }),
      onRequest(leaveByRejection, 'error'),
      onRequest(
        (request) => [request.dequeued(), request.dequeued()],
        (known) => {
          known.dequeued ||= known.result === undefined;
          return undefined;
        },
      ),
      answers(({ resolve }) => resolve({ id: 1, result: 1 }), 'success'),
      answers(({ resolve }) => resolve({ id: 1, error: { code: 1 } }), 'error'),
      answers(({ reject }) => reject(undefined), 'error'),
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
      spawns,
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

/** The ids of the processes that have a record in a journal. */
function recorded(journal: string): string[] {
  return readdirSync(journal)
    .flatMap((name) => readFileSync(join(journal, name), 'utf8').split('\n'))
    .flatMap((line) => (line.trim() === '' ? [] : [String(JSON.parse(line).facts.id)]));
}

describe('a lifecycle, whatever happens to it in whatever order', () => {
  const journal = mkdtempSync(join(tmpdir(), 'exactly-once-'));
  after(() => rmSync(journal, { recursive: true }));

  it('gives one span, one histogram record and one event, the first cause wins, and a journal holds what is open', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 24, size: 'medium' }), async (steps) => {
        await using capture = new SignalCapture();
        const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['m'], journal });
        const world: World = {
          telemetry,
          connection: telemetry.connection({ transport: 'test' }),
          requests: [],
          answers: [],
          processes: [],
          inferences: [],
          model: { requests: [], processes: [], inferences: [], shut: false },
        };
        for (const act of steps) await act(world);
        const open = world.model.processes.flatMap(({ result }, id) =>
          result ? [] : [String(id)],
        );
        await setImmediate();
        expect(recorded(journal)).to.have.members(open);
        await shutdown(world);
        expect(readdirSync(journal)).to.deep.equal([]);
        await expectModel(capture, world.model);
      }),
      { numRuns: 10_000 },
    );
  });
});

async function expectModel(capture: SignalCapture, model: Model): Promise<void> {
  const { spans, events, metrics } = await capture.signals();
  const processes = model.processes.map(({ result }) => result);
  const requests = model.requests.map(({ result }) => result);
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
  expect(results('codex.exec_server_request')).to.deep.equal(tally(requests));
  expect(results('codex.exec_server_process')).to.deep.equal(tally(processes));
  expect(results('codex.inference')).to.deep.equal(tally(model.inferences));
  expect(recorded('exec_server.request.duration')).to.deep.equal(tally(requests));
  expect(recorded('exec_server.requests')).to.deep.equal(tally(requests));
  expect(recorded('exec_server.process.duration')).to.deep.equal(tally(processes));
  expect(recorded('exec_server.processes.finished')).to.deep.equal(tally(processes));
  const queued = metrics['exec_server.request.queue.duration'] ?? [];
  expect(queued.reduce((sum, { value }) => sum + value, 0)).to.equal(
    model.requests.filter(({ dequeued }) => dequeued).length,
  );
  expect(events.filter(({ name }) => name.endsWith('_started')).length).to.equal(
    model.processes.filter(({ spawned }) => spawned).length,
  );
  for (const active of ['requests', 'processes', 'connections']) {
    const points = metrics[`exec_server.${active}.active`];
    expect(points?.map(({ value }) => value) ?? [0]).to.deep.equal([0]);
  }
}
