import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import {
  type Clock,
  clearEnvironment,
  ExecTelemetry,
  injectEnvironment,
  outcomeOfResponse,
  type RequestOutcome,
  type ToolCallFacts,
} from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';

const throwing = (...names: string[]) =>
  Object.defineProperties(
    {},
    Object.fromEntries(
      names.map((name) => [
        name,
        {
          enumerable: true,
          get: () => {
            throw new Error(`${name} can't be read`);
          },
        },
      ]),
    ),
  );

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const HOSTILE: Readonly<Record<string, () => object>> = {
  'a revoked proxy': revoked,
  'an object whose members throw': () =>
    throwing('result', 'error', 'code', 'errorType', 'id', 'method', 'jsonrpc', 'trace', 'params'),
};

async function onlyEvent(capture: SignalCapture) {
  const { events } = await capture.signals();
  expect(events).to.have.length(1);
  return events[0]?.attributes;
}

describe('input that can’t be read', () => {
  for (const [what, make] of Object.entries(HOSTILE)) {
    it(`as an outcome, ${what} settles as an error`, async () => {
      await using capture = new SignalCapture();
      const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['m'] });
      const request = telemetry.request({ id: 1, method: 'm' });
      expect(request.settle(make() as RequestOutcome)).to.equal(true);
      expect(request.settled).to.equal(true);
      expect(await onlyEvent(capture)).to.include({ result: 'error', 'error.type': '_OTHER' });
    });

    it(`as a response, ${what} is an error`, () => {
      expect(outcomeOfResponse(make())).to.deep.equal({ result: 'error' });
      const error = make();
      expect(outcomeOfResponse({ id: 1, error })).to.deep.equal({ result: 'error' });
    });

    it(`as a message, ${what} is served and settles`, async () => {
      await using capture = new SignalCapture();
      const telemetry = new ExecTelemetry(capture.providers);
      expect(await telemetry.serve(make(), () => 'served')).to.equal('served');
      expect(await onlyEvent(capture)).to.include({ method: 'unknown', result: 'success' });
    });

    it(`as an error, ${what} settles with no class`, async () => {
      await using capture = new SignalCapture();
      const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['m'] });
      const error = make();
      const caught = await telemetry
        .serve({ id: 1, method: 'm' }, () => Promise.reject(error))
        .catch((reason: unknown) => [reason]);
      expect((caught as unknown[])[0] === error).to.equal(true);
      expect(await onlyEvent(capture)).to.include({ result: 'error', 'error.type': '_OTHER' });
    });
  }

  for (const [what, outcome, expected] of [
    ['a result that nobody knows', { result: 'odd' }, { result: 'disconnected' }],
    ['nothing', undefined, { result: 'disconnected' }],
    ['a type that is no text', { result: 'error', errorType: 5 }, { 'error.type': '_OTHER' }],
    ['a code that is no integer', { result: 'error', code: 0.5 }, { 'error.type': '_OTHER' }],
  ] as const) {
    it(`as an outcome, ${what} settles`, async () => {
      await using capture = new SignalCapture();
      const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['m'] });
      telemetry.request({ id: 1, method: 'm' }).settle(outcome as unknown as RequestOutcome);
      expect(await onlyEvent(capture)).to.include(expected);
    });
  }
});

const throwsAsText = {
  toString: () => {
    throw new Error('no text');
  },
};

describe('facts that can’t be read', () => {
  it('as an environment are returned as they are, so that the host sees what it would without us', () => {
    const environment = new Proxy({} as Record<string, string>, {
      ownKeys: () => {
        throw new Error('no names');
      },
    });
    expect(injectEnvironment(ROOT_CONTEXT, environment) === environment).to.equal(true);
    expect(clearEnvironment(environment) === environment).to.equal(true);
  });

  it('as a field leave the field out, and not the event', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry(capture.providers);
    const facts = { model: 'm', provider: 'p', index: revoked() as unknown as number };
    telemetry.inference(facts).settle({ result: 'success' });
    expect(await onlyEvent(capture)).to.include({ model: 'm', result: 'success' });
  });

  it('as the source of a tool call are those of a direct one', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry(capture.providers);
    telemetry.toolCall(throwing('source') as ToolCallFacts)[Symbol.dispose]();
    expect(await onlyEvent(capture)).to.include({ tool_source: 'direct' });
  });

  it('as an exit are an error', async () => {
    await using capture = new SignalCapture();
    const process = new ExecTelemetry(capture.providers).process({ id: 'p' });
    const odd = throwsAsText as unknown;
    expect(process.exited(odd as number, odd as string)).to.equal(true);
    expect(await onlyEvent(capture)).to.include({ result: 'error', 'error.type': '_OTHER' });
  });
});

describe('a clock that', () => {
  const clocks: Readonly<Record<string, Clock>> = {
    throws: {
      now: () => {
        throw new Error('no time');
      },
      epochOffset: () => 0,
    },
    'gives NaN': { now: () => Number.NaN, epochOffset: () => 0 },
    'gives no number': { now: () => 'late' as unknown as number, epochOffset: () => 0 },
    'knows no epoch': {
      now: () => 1,
      epochOffset: () => {
        throw new Error('no epoch');
      },
    },
    'has an epoch that is no number': { now: () => 1, epochOffset: () => Number.NaN },
  };
  for (const [what, clock] of Object.entries(clocks)) {
    it(`${what} keeps no lifecycle from settling on all three signals`, async () => {
      await using capture = new SignalCapture();
      const telemetry = new ExecTelemetry({ ...capture.providers, clock, methods: ['m'] });
      const request = telemetry.request({ id: 1, method: 'm' });
      expect(request.dequeued()).to.equal(true);
      expect(request.settle({ result: 'success' })).to.equal(true);
      const process = telemetry.process({ id: 'p', executable: 'x' });
      process.spawned(1);
      process.exited(0, null);
      {
        using call = telemetry.toolCall({ tool: 't' });
        call.executionStarted();
      }
      const { spans, events, metrics } = await capture.signals();
      expect(spans.map(({ name }) => name)).to.deep.equal([
        'm',
        'exec_server.process',
        'execute_tool t',
      ]);
      expect(events.map(({ name }) => name)).to.deep.equal([
        'codex.exec_server_request',
        'codex.exec_server_process_started',
        'codex.exec_server_process',
        'codex.tool_call',
      ]);
      for (const span of spans) expect(span.seconds).to.be.within(0, 1);
      expect(metrics['exec_server.requests']?.map(({ value }) => value)).to.deep.equal([1]);
      expect(metrics['exec_server.requests.active']?.[0]?.value).to.equal(0);
    });
  }
});

describe('a moment that is told twice', () => {
  it('counts once, and says so', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['m'] });
    const request = telemetry.request({ id: 1, method: 'm' });
    expect([request.dequeued(), request.dequeued()]).to.deep.equal([true, false]);
    request.settle({ result: 'success' });
    const process = telemetry.process({ id: 'p' });
    expect([process.spawned(1), process.spawned(2)]).to.deep.equal([true, false]);
    expect([process.terminationRequested(), process.terminationRequested()]).to.deep.equal([
      true,
      false,
    ]);
    expect([process.exited(0, null), process.exited(1, null)]).to.deep.equal([true, false]);
    expect([process.spawned(3), process.terminationRequested()]).to.deep.equal([false, false]);
    using call = telemetry.toolCall({ tool: 't' });
    expect([call.executionStarted(), call.executionStarted()]).to.deep.equal([true, false]);
    const { events, metrics, spans } = await capture.signals();
    expect(events.filter(({ name }) => name.endsWith('_started'))).to.have.length(1);
    expect(metrics['exec_server.request.queue.duration']?.[0]?.value).to.equal(1);
    expect(spans[1]?.attributes['process.pid']).to.equal(1);
  });

  it('after the end does nothing', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['m'] });
    const request = telemetry.request({ id: 1, method: 'm' });
    request.settle({ result: 'success' });
    expect(request.dequeued()).to.equal(false);
    const { metrics } = await capture.signals();
    expect(metrics).to.not.have.property('exec_server.request.queue.duration');
  });
});
