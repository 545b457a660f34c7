import { once } from 'node:events';
import { expect } from 'chai';
import { expectSignals } from './expected-signals.js';
import { type RawClient, Serving } from './serving.js';

const FRAME_BYTES = 2 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** What is sent, and the error it gets; `counted` as which request it is measured. */
const BAD: readonly {
  readonly title: string;
  readonly sent: string | Buffer | object;
  readonly code: number;
  readonly message: RegExp;
  readonly id?: unknown;
  readonly counted?: string;
}[] = [
  { title: 'malformed JSON', sent: '{"id":1,', code: -32700, message: /not JSON/ },
  { title: 'nothing', sent: '', code: -32700, message: /not JSON/ },
  { title: 'a string', sent: '"hello"', code: -32600, message: /not an object/ },
  { title: 'null', sent: 'null', code: -32600, message: /not an object/ },
  { title: 'a batch', sent: [{ id: 1, method: 'initialize' }], code: -32600, message: /batches/ },
  { title: 'an empty batch', sent: '[]', code: -32600, message: /batches/ },
  { title: 'deep nesting', sent: nested(200_000), code: -32600, message: /batches/ },
  {
    title: 'deep nesting in parameters',
    sent: `{"id":1,"method":"process/terminate","params":{"processId":${nested(200_000)}}}`,
    code: -32602,
    message: /processId/,
    id: 1,
    counted: 'process/terminate',
  },
  { title: 'an object that is no message', sent: {}, code: -32600, message: /method/ },
  {
    title: 'a method that is no string',
    sent: { id: 1, method: 7 },
    code: -32600,
    message: /method/,
    id: 1,
  },
  {
    title: 'a method of a megabyte',
    sent: { id: 1, method: 'm'.repeat(MEGABYTE) },
    code: -32600,
    message: /method is longer/,
    id: 1,
    counted: 'unknown',
  },
  ...[null, 1.5, 1e300, true, {}, { a: 1 }, [], 'i'.repeat(MEGABYTE)].map((id) => ({
    title: `an id like ${JSON.stringify(id).slice(0, 20)}`,
    sent: { id, method: 'initialize', params: { clientName: 'me' } },
    code: -32600,
    message: /id must be/,
    counted: 'initialize',
  })),
  {
    title: 'an unknown method',
    sent: { id: 1, method: 'no/such' },
    code: -32601,
    message: /no\/such/,
    id: 1,
    counted: 'unknown',
  },
  {
    title: 'the name of a member that every object has',
    sent: { id: 1, method: '__proto__' },
    code: -32601,
    message: /__proto__/,
    id: 1,
    counted: 'unknown',
  },
  {
    title: 'parameters that are missing',
    sent: { id: 1, method: 'process/start' },
    code: -32602,
    message: /params/,
    id: 1,
    counted: 'process/start',
  },
  ...[
    [{ argv: [] }, /argv/],
    [{ argv: ['a\0b'] }, /argv\.0.*NUL/],
    [{ cwd: 'tmp' }, /cwd.*file: URI/],
    [{ cwd: 'https://example.com/' }, /cwd.*file: URI/],
    [{ env: { A: 1 } }, /env\.A/],
    [{ env: { ['N'.repeat(257)]: '' } }, /env/],
    [
      {
        env: Object.fromEntries(
          Array(1_025)
            .fill('')
            .map((_, at) => [at, '']),
        ),
      },
      /env.*1024/,
    ],
    [{ envPolicy: { exclude: Array(65).fill('*') } }, /envPolicy\.exclude/],
    [{ envPolicy: { includeOnly: ['*'.repeat(129)] } }, /envPolicy\.includeOnly\.0/],
    [{ metadata: { threadId: 1 } }, /metadata\.threadId/],
    [{ sandbox: {} }, /sandbox.*no sandbox/],
    [{ enforceManagedNetwork: true }, /no managed network/],
    [{ processId: '' }, /processId/],
    [{ processId: 'p'.repeat(257) }, /processId/],
  ].map(([params, message]) => ({
    title: `process/start with ${JSON.stringify(params).slice(0, 40)}`,
    sent: {
      id: 1,
      method: 'process/start',
      params: { processId: 'p', argv: ['true'], cwd: 'file:///tmp', env: {}, ...params },
    },
    code: -32602,
    message: message as RegExp,
    id: 1,
    counted: 'process/start',
  })),
  {
    title: 'output that is no base64',
    sent: { id: 1, method: 'process/write', params: { processId: 'p', chunk: '%%%' } },
    code: -32602,
    message: /chunk.*base64/,
    id: 1,
    counted: 'process/write',
  },
  {
    title: 'a process that is not there',
    sent: { id: 1, method: 'process/read', params: { processId: 'p' } },
    code: -32600,
    message: /unknown process p/,
    id: 1,
    counted: 'process/read',
  },
  {
    title: 'a binary frame',
    sent: Buffer.from('{"id":1}'),
    code: -32600,
    message: /not a text frame/,
  },
];

/** Everything that is no trace context: wrong length, upper case, version ff, ids of zeros, other types. */
const BAD_CARRIERS: readonly unknown[] = [
  { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01' },
  { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e47366-00f067aa0ba902b7-01' },
  { traceparent: '00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01' },
  { traceparent: 'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
  { traceparent: '00-00000000000000000000000000000000-00f067aa0ba902b7-01' },
  { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01' },
  { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more' },
  { traceparent: 'x'.repeat(100_000) },
  { traceparent: 7 },
  { traceparent: null },
  { traceparent: {} },
  'text',
  7,
  null,
  [],
];

describe('exec-server bad input', () => {
  let serving: Serving;
  let client: RawClient;

  beforeEach(async () => {
    serving = await Serving.start({ limits: { frameBytes: FRAME_BYTES } });
    client = await serving.connectRaw();
  });

  afterEach(async () => {
    await serving[Symbol.asyncDispose]();
  });

  for (const { title, sent, code, message, id = null, counted } of BAD) {
    it(`is answered with a clear error: ${title}`, async () => {
      const answer = (await client.ask(sent)) as { error: { code: number; message: string } };
      expect(answer.error.message).to.match(message);
      expect(answer).to.deep.equal({ id, error: { code, message: answer.error.message } });
      await expectAlive(client);
      await serving.server.stop();
      const handled = code !== -32601 && id !== null;
      await expectSignals(serving.capture, {
        requests: [
          ...(counted === undefined
            ? []
            : [
                {
                  method: counted,
                  result: 'error' as const,
                  code,
                  id: id === null ? 'null' : '1',
                  handled: handled && !/longer/.test(answer.error.message),
                },
              ]),
          { method: 'environment/info', result: 'success' },
        ],
      });
    });
  }

  for (const trace of BAD_CARRIERS) {
    it(`is no trace context, and is passed over: ${JSON.stringify(trace).slice(0, 80)}`, async () => {
      const answer = await client.ask({ id: 1, method: 'environment/info', trace });
      expect(answer).to.include.keys('id', 'result');
      const { spans } = await serving.capture.signals();
      expect(spans.map(({ parentSpanId }) => parentSpanId)).to.deep.equal([undefined]);
    });
  }

  it('is one label, however many methods are unknown', async () => {
    const count = 2_000;
    for (let id = 0; id < count; id++) client.socket.send(JSON.stringify({ id, method: `m${id}` }));
    for (let id = 0; id < count; id++) {
      expect(await client.next()).to.deep.include({ id });
    }
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: Array(count).fill({
        method: 'unknown',
        result: 'error',
        code: -32601,
        handled: false,
      }),
    });
  });

  it('is told before the connection closes, where a frame is too big', async () => {
    const closed = once(client.socket, 'close');
    expect(await client.ask('x'.repeat(FRAME_BYTES + 1))).to.deep.equal({
      id: null,
      error: { code: -32000, message: `frame is larger than ${FRAME_BYTES} bytes` },
    });
    expect((await closed)[0]).to.equal(1009);
    await serving.server.stop();
    await expectSignals(serving.capture, { requests: [] });
  });

  it('is passed over, where nobody expects an answer: notifications and answers', async () => {
    client.socket.send('{"method":"no/such","params":{}}');
    client.socket.send('{"id":1,"result":{}}');
    client.socket.send('{"id":1,"error":{"code":1,"message":""}}');
    await expectAlive(client);
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [{ method: 'environment/info', result: 'success' }],
    });
  });

  it('is answered in kind: with a jsonrpc member where the request has one', async () => {
    expect(await client.ask({ jsonrpc: '2.0', id: 'a', method: 'no' })).to.include({
      jsonrpc: '2.0',
      id: 'a',
    });
    expect(await client.ask({ id: 'a', method: 'no' })).to.not.have.property('jsonrpc');
  });
});

async function expectAlive(client: RawClient): Promise<void> {
  const answer = await client.ask({ id: 2, method: 'environment/info' });
  expect(answer).to.have.nested.property('result.shell');
}
