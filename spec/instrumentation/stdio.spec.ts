import { once } from 'node:events';
import { expect } from 'chai';
import {
  asLines,
  call,
  ended,
  expectSame,
  linesOf,
  PRELOAD,
  requestsOf,
  StdioProgram,
  startersOf,
  withHeaders,
} from './stdio-programs.js';

const NAMES = ['true', 'env', 'echo', 'date'];

/** What every hand-written server here does with a message, by `reply`. */
const HANDLE = `
const { execFile } = require('node:child_process');
function handle(message, reply) {
  const { id, method, params } = message;
  if (id === undefined) return;
  const answer = (rest) => reply({ jsonrpc: '2.0', id, ...rest });
  if (method === 'run') execFile(params.name, () => answer({ result: params.name }));
  else if (method === 'echo') answer({ result: params });
  else if (method === 'fail') answer({ error: { code: -32000, message: 'no' } });
  else if (method !== 'never') answer({ error: { code: -32601, message: 'unknown' } });
}
`;

const READLINE = `${HANDLE}
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  handle(JSON.parse(line), (answer) => console.log(JSON.stringify(answer)));
});
`;

/** Answers in pieces, as strings and bytes of several kinds. */
const HEADERS = `${HANDLE}
let bytes = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  bytes = Buffer.concat([bytes, chunk]);
  for (;;) {
    const [header, length] = /^Content-Length: (\\d+)\\r\\n\\r\\n/.exec(bytes.toString('latin1')) ?? [];
    if (header === undefined || bytes.length < header.length + Number(length)) return;
    const end = header.length + Number(length);
    const message = JSON.parse(bytes.subarray(header.length, end).toString());
    bytes = bytes.subarray(end);
    handle(message, reply);
  }
});
function reply(answer) {
  const body = Buffer.from(JSON.stringify(answer));
  process.stdout.cork();
  process.stdout.write('Content-Length: ' + body.length, 'ascii');
  process.stdout.write(Buffer.from('\\r\\n\\r\\n').toString('hex'), 'hex', () => {});
  process.stdout.write(new Uint8Array(body.subarray(0, 20)));
  process.stdout.write(body.subarray(20), () => {});
  process.nextTick(() => process.stdout.uncork());
}
`;

/** With an SDK that has imported `node:process`, of which named imports are then made. */
const STDIO_ALONE = `
import 'node:process';
import '${new URL('../../examples/lines-on-stderr.js', import.meta.url).href}';
import { StdioInstrumentation } from 'otel-exec/instrumentation';
globalThis.stdio = new StdioInstrumentation();
`;

const concurrent = [
  ...NAMES.map((name, index) => call(index + 1, 'run', { name })),
  call('é', 'echo', { text: 'zwölf 🎈' }),
  call(6, 'fail'),
  call(7, 'no/such'),
  { jsonrpc: '2.0', method: 'note' },
];
const event = 'rpc.server.request';
const concurrentEvents = [
  [event, '1', 'run', 'success', undefined],
  [event, '2', 'run', 'success', undefined],
  [event, '3', 'run', 'success', undefined],
  [event, '4', 'run', 'success', undefined],
  [event, '6', 'fail', 'error', '-32000'],
  [event, '7', '_OTHER', 'error', '-32601'],
  [event, 'é', 'echo', 'success', undefined],
];
const ownRequests = { true: '1', env: '2', echo: '3', date: '4' };

function sorted(events: unknown[][]): unknown[][] {
  return events.toSorted((a, b) => String(a[1]).localeCompare(String(b[1])));
}

describe('JSON-RPC on stdin and stdout', () => {
  for (const [framing, source, encode] of [
    ['a message a line, by readline', READLINE, asLines],
    ['with headers, and answers in pieces', HEADERS, withHeaders],
  ] as const) {
    it(`is observed ${framing}; each handler has its own context`, async () => {
      using program = new StdioProgram('server.cjs', source);
      const { stdout, ...observed } = await program.run(encode(...concurrent));
      const lines = linesOf({ ...observed, stdout });
      expect(sorted(requestsOf(lines))).to.deep.equal(concurrentEvents);
      expect(startersOf(lines)).to.deep.equal(ownRequests);
    });

    it(`is not changed ${framing}`, async () => {
      using program = new StdioProgram('server.cjs', source);
      const inOrder = [call(1, 'echo', ['zwölf']), call(2, 'fail'), call(3, 'never'), call(4, 'x')];
      const lines = await program.runBoth(encode(...inOrder));
      expect(requestsOf(lines)).to.deep.equal([
        [event, '1', 'echo', 'success', undefined],
        [event, '2', 'fail', 'error', '-32000'],
        [event, '4', '_OTHER', 'error', '-32601'],
        [event, '3', '_OTHER', 'disconnected', 'disconnected'],
      ]);
    });
  }

  it('is observed where stdin is a file', async () => {
    using program = new StdioProgram('server.cjs', READLINE);
    const observed = await program.runOnFile(asLines(...concurrent));
    expect(observed.code).to.equal(0);
    expect(sorted(requestsOf(linesOf(observed)))).to.deep.equal(concurrentEvents);
    expect(startersOf(linesOf(observed))).to.deep.equal(ownRequests);
  });

  it('is observed where a message comes in pieces, of half a character even', async () => {
    using program = new StdioProgram(
      'server.cjs',
      `${READLINE} process.stdin.on('data', (chunk) => process.send(chunk.length));
      process.channel.unref();`,
    );
    const child = program.start(PRELOAD);
    const outcome = ended(child);
    const bytes = Buffer.from(
      asLines(call(1, 'echo', { text: 'é' }), call(2, 'run', { name: 'true' })),
    );
    const half = bytes.indexOf('é') + 1;
    for (const [from, to] of [
      [0, 5],
      [5, half],
      [half, bytes.length - 9],
      [bytes.length - 9, bytes.length],
    ] as const) {
      child.stdin.write(bytes.subarray(from, to));
      for (let left = to - from; left > 0; ) left -= Number((await once(child, 'message'))[0]);
    }
    child.stdin.end();
    const observed = await outcome;
    const answers = observed.stdout.toString().split('\n').filter(Boolean);
    expect(answers.map((line) => JSON.parse(line).result)).to.deep.equal([{ text: 'é' }, 'true']);
    expect(requestsOf(linesOf(observed))).to.deep.equal([
      [event, '1', 'echo', 'success', undefined],
      [event, '2', 'run', 'success', undefined],
    ]);
    expect(startersOf(linesOf(observed))).to.deep.equal({ true: '2' });
  });

  it('is observed however the program reads, and no handler is in the context of another request', async () => {
    const feed = (reading: string) => `${HANDLE}
      let text = '';
      const take = (chunk) => {
        const lines = (text + chunk).split('\\n');
        text = lines.pop();
        for (const line of lines) {
          handle(JSON.parse(line), (answer) => process.stdout.write(JSON.stringify(answer) + '\\n'));
        }
      };
      ${reading}`;
    const own = Object.values(ownRequests);
    for (const [reading, starters] of [
      [`process.stdin.setEncoding('utf8').on('data', take)`, own],
      [`process.stdin.pipe(new (require('node:stream').PassThrough)()).on('data', take)`, own],
      [`import('node:process').then(({ stdin }) => stdin.on('data', take))`, own],
      [
        `process.stdin.on('readable', () => {
          for (let chunk; (chunk = process.stdin.read()) !== null; ) take(chunk);
        })`,
        [null, null, null, null],
      ],
      [
        `(async () => { for await (const chunk of process.stdin) take(chunk); })()`,
        [null, null, null, null],
      ],
      [
        `(async () => {
          const stream = require('node:stream').Readable.toWeb(process.stdin);
          for await (const chunk of stream) take(Buffer.from(chunk));
        })()`,
        [null, null, null, null],
      ],
    ] as const) {
      using program = new StdioProgram('server.cjs', feed(reading));
      const observed = await program.run(
        asLines(...concurrent.filter((message) => !('id' in message && message.id === 'é'))),
      );
      expect(observed.code, reading).to.equal(0);
      expect(sorted(requestsOf(linesOf(observed))), reading).to.deep.equal(
        concurrentEvents.slice(0, 6),
      );
      expect(Object.values(startersOf(linesOf(observed))), reading).to.have.members(starters);
    }
  });

  it('is read by both ends of a message that is too long to parse', async () => {
    using program = new StdioProgram('server.cjs', READLINE);
    const large = asLines(call(1, 'echo', { text: 'x'.repeat(12e6) }), call(2, 'echo', []));
    const [bare, observed] = [await program.run(large, []), await program.run(large)];
    expectSame(observed, bare);
    expect(requestsOf(linesOf(observed))).to.deep.equal([
      [event, '1', 'echo', 'success', undefined],
      [event, '2', 'echo', 'success', undefined],
    ]);
  });

  it('is observed where the streams were made and exported by name before', async () => {
    using program = new StdioProgram(
      'server.mjs',
      `import { stdin, stdout } from 'node:process';
      stdin.once('data', (chunk) => {
        const { id } = JSON.parse(chunk);
        stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: {} }) + '\\n');
      });`,
    );
    const observing = program.write('observing.mjs', STDIO_ALONE);
    const observed = await program.run(asLines(call(1, 'a')), ['--import', observing]);
    expect(requestsOf(linesOf(observed))).to.deep.equal([[event, '1', 'a', 'success', undefined]]);
  });

  it('is observed where the last answer ends stdout', async () => {
    using program = new StdioProgram(
      'server.cjs',
      `process.stdin.once('data', () => {
        process.stdout.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} }) + '\\n');
      });`,
    );
    const lines = await program.runBoth(asLines(call(1, 'a')));
    expect(requestsOf(lines)).to.deep.equal([[event, '1', 'a', 'success', undefined]]);
  });

  it('is observed until it is switched off, and what is open then is still answered', async () => {
    using program = new StdioProgram(
      'server.cjs',
      `const answer = (id) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result: null }));
      process.stdin.on('data', (chunk) => {
        const { id } = JSON.parse(chunk);
        if (id === 1) globalThis.stdio.disable();
        process.send(Object.hasOwn(process.stdin, 'push'));
        answer(id);
      });
      process.channel.unref();`,
    );
    const observing = program.write('observing.mjs', STDIO_ALONE);
    const child = program.start(['--import', observing]);
    const outcome = ended(child);
    for (const id of [1, 2]) {
      child.stdin.write(asLines(call(id, 'a')));
      expect((await once(child, 'message'))[0]).to.equal(false);
    }
    child.stdin.end();
    expect(requestsOf(linesOf(await outcome))).to.deep.equal([
      [event, '1', 'a', 'success', undefined],
    ]);
  });

  it('loses nothing of a chunk where a handler throws', async () => {
    using program = new StdioProgram(
      'server.cjs',
      `process.on('uncaughtException', (error) => console.log(error.message));
      process.stdin.on('data', (chunk) => {
        console.log(String(chunk));
        for (const line of String(chunk).split('\\n')) {
          if (line.includes('throw')) throw new Error('thrown');
        }
      });`,
    );
    const observed = await program.run(asLines(call(1, 'a'), call(2, 'throw'), call(3, 'c')));
    const said = observed.stdout.toString().split('\n').filter(Boolean);
    expect(said.map((line) => (line.startsWith('{') ? JSON.parse(line).id : line))).to.deep.equal([
      1,
      2,
      'thrown',
      3,
    ]);
  });
});

describe('a program that says something else on stdin', () => {
  const CAT = `
    process.stdin.on('end', () => {
      process.send([Object.hasOwn(process.stdin, 'push'), Object.hasOwn(process.stdout, 'write')]);
      process.disconnect();
    });
    process.stdin.pipe(process.stdout);
  `;
  for (const [what, input] of [
    ['bytes', Buffer.from([0, 159, 146, 150, 10, 13, 255])],
    ['text', 'Content of a file: {"jsonrpc":"2.0","id":1,"method":"a"}\n'],
    ['lines of JSON', asLines({ level: 30, id: 1, method: 'GET', msg: 'x' }, call(1, 'echo'))],
    [
      'JSON with the members of a request among others',
      asLines({ id: 1, method: 'GET', url: '/' }),
    ],
    ['JSON over several lines', JSON.stringify(call(1, 'a'), undefined, 2)],
    ['nothing but blanks', ' '.repeat(100)],
  ] as const) {
    it(`is left alone for good: ${what}`, async () => {
      using program = new StdioProgram('cat.cjs', CAT);
      const child = program.start(PRELOAD);
      const outcome = ended(child);
      const told = once(child, 'message');
      child.stdin.end(input);
      expect((await told)[0]).to.deep.equal([false, false]);
      const { stdout, stderr, code } = await outcome;
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout.equals(Buffer.from(input))).to.equal(true);
    });
  }
});

describe('the standard streams of a program that does not use them', () => {
  it('are not made', async () => {
    const counting = `data:text/javascript,${encodeURIComponent(`
      for (const name of ['stdin', 'stdout']) {
        const { get, ...rest } = Object.getOwnPropertyDescriptor(process, name);
        Object.defineProperty(process, name, { ...rest, get() {
          globalThis.touched = name;
          return get.call(process);
        }});
      }`)}`;
    using program = new StdioProgram(
      'server.cjs',
      `const { readFileSync, writeSync } = require('node:fs');
      for (const line of readFileSync(0, 'utf8').split('\\n').filter(Boolean)) {
        writeSync(1, JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(line).id, result: [] }) + '\\n');
      }
      writeSync(1, String(globalThis.touched));`,
    );
    const input = asLines(call(1, 'a'), call(2, 'b'));
    const observing = program.write(
      'observing.mjs',
      `import { StdioInstrumentation } from 'otel-exec/instrumentation'; new StdioInstrumentation();`,
    );
    const observed = await program.run(input, ['--import', counting, '--import', observing]);
    expect(observed.stderr).to.equal('');
    expect(observed.stdout.toString()).to.match(/^\{.*\n\{.*\nundefined$/);
  });
});
