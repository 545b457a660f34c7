import { execFile } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';

class Refused extends Error {
  override name = 'Refused';
}

const missing = () => Object.assign(new Error('no such file'), { code: 'ENOENT' });

function start() {
  const capture = new SignalCapture();
  return { capture, telemetry: new ExecTelemetry({ ...capture.providers, methods: ['m'] }) };
}

async function endings(capture: SignalCapture): Promise<unknown[]> {
  const { spans } = await capture.signals();
  return spans.map(({ status, attributes }) => [status, attributes['error.type']]);
}

describe('leaving the block of a lifecycle', () => {
  for (const [what, thrown, type] of [
    ['an error', new Refused('no'), 'Refused'],
    ['an error with a code', missing(), 'ENOENT'],
    ['undefined', undefined, '_OTHER'],
  ] as const) {
    it(`because its work threw ${what} settles that as the error`, async () => {
      const { capture, telemetry } = start();
      let caught: unknown = 'nothing';
      try {
        using request = telemetry.request({ id: 1, method: 'm' });
        request.run(() => {
          throw thrown;
        });
      } catch (error) {
        caught = error;
      }
      expect(caught).to.equal(thrown);
      expect(await endings(capture)).to.deep.equal([['ERROR', type]]);
    });

    it(`because its work rejected with ${what} settles that as the error`, async () => {
      const { capture, telemetry } = start();
      const work = async () => {
        await setImmediate();
        throw thrown;
      };
      const attempt = async () => {
        using inference = telemetry.inference({ model: 'm', provider: 'p' });
        await inference.run(work);
      };
      expect(await attempt().catch((error) => [error])).to.deep.equal([thrown]);
      expect(await endings(capture)).to.deep.equal([['ERROR', type]]);
    });
  }

  it('tells the time at which it was left, not that at which the error was read', async () => {
    const { capture, telemetry } = start();
    const attempt = async () => {
      using request = telemetry.request({ id: 1, method: 'm' });
      await request.run(async () => {
        throw new Refused();
      });
    };
    await attempt().catch(() => {});
    const { spans, events } = await capture.signals();
    expect(events.map(({ attributes }) => attributes.result)).to.deep.equal(['error']);
    expect(Math.trunc((spans[0]?.seconds ?? -1) * 1_000)).to.equal(
      events[0]?.attributes.duration_ms,
    );
  });

  it('after several pieces of work settles the error of the one that rejected', async () => {
    const { capture, telemetry } = start();
    const attempt = async () => {
      using request = telemetry.request({ id: 1, method: 'm' });
      const failing = request.run(() => Promise.reject(missing()));
      const working = request.run(() => setImmediate());
      await Promise.all([failing, working]);
    };
    await attempt().catch(() => {});
    expect(await endings(capture)).to.deep.equal([['ERROR', 'ENOENT']]);
  });

  it('with a tool that threw keeps its durations and says why', async () => {
    const { capture, telemetry } = start();
    try {
      using call = telemetry.toolCall({ tool: 't' });
      call.executionStarted();
      call.run(() => {
        throw new Refused();
      });
    } catch {}
    const { events } = await capture.signals();
    expect(events.map(({ attributes }) => attributes.execution_started)).to.deep.equal([true]);
    expect(await endings(capture)).to.deep.equal([['ERROR', 'Refused']]);
  });

  it('while its work goes on, or after it went well, is the fallback', async () => {
    const { capture, telemetry } = start();
    let release = () => {};
    {
      using request = telemetry.request({ id: 1, method: 'm' });
      void request.run(() => new Promise<void>((resolve) => (release = resolve)));
      await setImmediate();
    }
    {
      using request = telemetry.request({ id: 2, method: 'm' });
      await request.run(() => setImmediate());
    }
    release();
    expect(await endings(capture)).to.deep.equal([
      ['ERROR', 'disconnected'],
      ['ERROR', 'disconnected'],
    ]);
  });

  it('after a word says what the word said', async () => {
    const { capture, telemetry } = start();
    const attempt = async () => {
      using request = telemetry.request({ id: 1, method: 'm' });
      request.settle({ result: 'success' });
      await request.run(() => Promise.reject(new Refused()));
    };
    await attempt().catch(() => {});
    expect(await endings(capture)).to.deep.equal([['UNSET', undefined]]);
  });

  it('gives the promise of the work itself, also one that has more than a promise has', () => {
    const { telemetry } = start();
    using request = telemetry.request({ id: 1, method: 'm' });
    const promise = Object.assign(Promise.resolve(1), { pid: 7 });
    expect(request.run(() => promise)).to.equal(promise);
    let asked = 0;
    const lazy = Object.defineProperty({}, 'then', { value: () => void asked++ });
    expect(request.run(() => lazy)).to.equal(lazy);
    request[Symbol.dispose]();
    expect(asked).to.equal(0);
  });
});

describe('a rejection that nobody handles', () => {
  const program = (run: string) => `
    import { ExecTelemetry } from 'otel-exec';
    import { setImmediate } from 'node:timers/promises';
    const telemetry = new ExecTelemetry();
    const promises = [];
    process.on('unhandledRejection', (reason, promise) => {
      console.log('unhandled', reason.message, promises.indexOf(promise));
    });
    process.on('rejectionHandled', () => console.log('handled late'));
    const keep = (promise) => promises[promises.push(promise) - 1];
    const failLater = async () => {
      await setImmediate();
      throw new Error('later');
    };

    const first = telemetry.request({ id: 1, method: 'm' });
    (${run})(first, () => keep(Promise.reject(new Error('at once'))));
    first[Symbol.dispose]();

    const second = telemetry.request({ id: 2, method: 'm' });
    (${run})(second, () => keep(failLater()));
    await Promise.resolve();
    second[Symbol.dispose]();
    await setImmediate();
    await setImmediate();

    const third = telemetry.request({ id: 3, method: 'm' });
    (${run})(third, () => keep(Promise.reject(new Error('left open'))));
    await setImmediate();
    console.log('end');
  `;

  it('is told of the same promise, as often and as soon as without this package', async () => {
    const output = async (run: string) => {
      const args = ['--input-type=module', '-e', program(run)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return stdout;
    };
    const without = await output('(request, work) => work()');
    expect(without).to.equal(
      'unhandled at once 0\nunhandled later 1\nunhandled left open 2\nend\n',
    );
    expect(await output('(request, work) => request.run(work)')).to.equal(without);
  });
});
