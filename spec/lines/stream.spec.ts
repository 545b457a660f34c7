import { Writable } from 'node:stream';
import { diag } from '@opentelemetry/api';
import { expect } from 'chai';
import { LineLogRecordProcessor, type LineRecord } from 'otel-exec/lines';
import { captureDiag } from './diag-capture.js';
import { SlowReader } from './slow-reader.js';

function record(body: string): LineRecord {
  return {
    hrTime: [1, 0],
    severityNumber: 9,
    body,
    attributes: {},
    instrumentationScope: { name: 's' },
  };
}

function messages(stream: SlowReader): unknown[] {
  return stream.lines.map((line) => (line as { fields: { message: string } }).fields.message);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a slow stream', () => {
  it('loses what is over the limit, and tells how much once it is read again', async () => {
    const stream = new SlowReader();
    const processor = new LineLogRecordProcessor({ stream, bufferLimit: 200 });
    const told = await captureDiag(async () => {
      for (const body of ['a', 'b', 'c', 'd', 'e', 'f']) processor.onEmit(record(body));
      expect(processor.dropped).to.equal(3);
      stream.open();
      await processor.forceFlush();
      expect(messages(stream)).to.deep.equal(['a', 'b', 'c', 'log lines dropped']);
      processor.onEmit(record('g'));
      await processor.forceFlush();
    });
    expect(messages(stream)).to.deep.equal(['a', 'b', 'c', 'log lines dropped', 'g']);
    const warning = stream.lines[3] as { timestamp: string };
    expect(Date.parse(warning.timestamp)).to.be.closeTo(Date.now(), 5000);
    expect({ ...warning, timestamp: '' }).to.deep.equal({
      timestamp: '',
      level: 'WARN',
      fields: { message: 'log lines dropped', dropped: 3 },
      target: 'otel-exec',
    });
    expect(processor.dropped).to.equal(3);
    expect(told).to.deep.equal([
      'otel-exec: log lines are dropped, because their reader is too slow',
    ]);
  });

  it('tells diag of loss only once, but the reader each time', async () => {
    const told = await captureDiag(async () => {
      const stream = new SlowReader({ highWaterMark: 1 });
      const processor = new LineLogRecordProcessor({ stream, bufferLimit: 1 });
      for (const round of [1, 2]) {
        stream.cork();
        for (const body of ['a', 'b', 'c']) processor.onEmit(record(body));
        expect(processor.dropped).to.equal(round * 2);
        stream.uncork();
        stream.open();
        await processor.forceFlush();
      }
      expect(messages(stream)).to.deep.equal(['a', 'log lines dropped', 'a', 'log lines dropped']);
    });
    expect(told).to.have.length(1);
  });

  it('settles forceFlush only when the tale of the loss is written too', async () => {
    let text = '';
    const write = (chunk: Buffer, _encoding: string, done: () => void) => {
      setTimeout(() => {
        text += chunk;
        done();
      }, 5);
    };
    const processor = new LineLogRecordProcessor({
      stream: new Writable({ write }),
      bufferLimit: 1,
    });
    for (const body of ['a', 'b']) processor.onEmit(record(body));
    await processor.forceFlush();
    expect(text).to.include('"message":"log lines dropped"');
  });

  it('tells the loss at shutdown, if it has not yet', async () => {
    const stream = new SlowReader();
    const processor = new LineLogRecordProcessor({ stream, bufferLimit: 1 });
    for (const body of ['a', 'b', 'c']) processor.onEmit(record(body));
    const closing = processor.shutdown();
    stream.open();
    await closing;
    expect(messages(stream)).to.deep.equal(['a', 'log lines dropped']);
    expect(stream.text).to.include('"dropped":2');
  });

  it('does not flood a stream that others have filled', async () => {
    const stream = new SlowReader();
    stream.write('{}\n'.repeat(1000));
    const processor = new LineLogRecordProcessor({ stream, bufferLimit: 100 });
    for (let at = 0; at < 50; at++) processor.onEmit(record('x'));
    expect(stream.writableLength).to.equal(3000);
    stream.open();
    await turn();
    processor.onEmit(record('y'));
    await processor.forceFlush();
    expect(stream.text.slice(3000)).to.match(/^.*"dropped":50.*\n.*"message":"y".*\n$/);
  });

  it('settles forceFlush and shutdown only when all is read', async () => {
    for (const flush of ['forceFlush', 'shutdown'] as const) {
      const stream = new SlowReader();
      const processor = new LineLogRecordProcessor({ stream });
      await processor.forceFlush();
      processor.onEmit(record('a'));
      processor.onEmit(record('b'));
      let settled = false;
      const flushing = processor[flush]().then(() => {
        settled = true;
      });
      await turn();
      expect(settled).to.equal(false);
      stream.open();
      await flushing;
      expect(messages(stream)).to.deep.equal(['a', 'b']);
    }
  });

  it('is not waited for longer than the flush timeout', async () => {
    const told = await captureDiag(async () => {
      const processor = new LineLogRecordProcessor({
        stream: new SlowReader(),
        flushTimeoutMillis: 10,
      });
      processor.onEmit(record('a'));
      await processor.forceFlush();
      await processor.shutdown();
    });
    expect(told).to.deep.equal([
      'otel-exec: log lines are still waiting for their reader after the flush timeout',
    ]);
  });
});

describe('a broken stream', () => {
  const broken: Record<string, () => Writable> = {
    'fails each write': () =>
      new Writable({ autoDestroy: false, write: (_c, _e, done) => done(new Error('EIO')) }),
    'is destroyed by its first write': () =>
      new Writable({ write: (_c, _e, done) => done(new Error('EPIPE')) }),
    'fails late': () =>
      new Writable({ write: (_c, _e, done) => setTimeout(done, 5, new Error('EPIPE')) }),
    'is destroyed from the start': () => new Writable().destroy(),
    'is destroyed with an error': () => new Writable().destroy(new Error('reset')),
    'has ended': () => new Writable().end(),
    'throws from write': () =>
      Object.assign(new Writable(), {
        write: () => {
          throw new Error('no');
        },
      }),
  };
  for (const [name, make] of Object.entries(broken)) {
    it(`that ${name} harms nobody, is told once and counted in full`, async () => {
      const stream = make();
      const processor = new LineLogRecordProcessor({ stream });
      const told = await captureDiag(async () => {
        for (let at = 0; at < 3; at++) {
          processor.onEmit(record('a'));
          processor.onEmit(record('b'));
          await processor.forceFlush();
          await turn();
        }
        await processor.shutdown();
      });
      expect(processor.dropped).to.equal(6);
      expect(told).to.have.length(1);
      expect(told[0]).to.match(/^otel-exec: log lines could not be written Error/);
    });
  }

  it('goes on where the next write succeeds, and is told what it missed', async () => {
    const stream = new SlowReader().open();
    const processor = new LineLogRecordProcessor({ stream });
    Object.assign(stream, {
      write() {
        throw new Error('not now');
      },
    });
    processor.onEmit(record('a'));
    Reflect.deleteProperty(stream, 'write');
    processor.onEmit(record('b'));
    await processor.forceFlush();
    expect(processor.dropped).to.equal(1);
    expect(messages(stream)).to.deep.equal(['log lines dropped', 'b']);
    expect(stream.text).to.include('"dropped":1');
  });

  it('survives a diag logger that throws', async () => {
    const raise = () => {
      throw new Error('diag');
    };
    diag.setLogger({ error: raise, warn: raise, info() {}, debug: raise, verbose: raise });
    try {
      const processor = new LineLogRecordProcessor({ stream: new Writable().destroy() });
      processor.onEmit(record('a'));
      expect(processor.dropped).to.equal(1);
    } finally {
      diag.disable();
    }
  });

  it('keeps one error listener, however many processors write to it', () => {
    const stream = new SlowReader();
    for (let at = 0; at < 20; at++) new LineLogRecordProcessor({ stream });
    expect(stream.listenerCount('error')).to.equal(1);
  });
});
