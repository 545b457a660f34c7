import { expect } from 'chai';
import fc from 'fast-check';
import { splice } from '../../tap/splice.js';
import { program, Tapped } from './tapped.js';

const CARRIED = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const PATH = ['params', '_meta'];
const asLine = (text: string) => Buffer.from(`${text}\n`);
const withHeader = (text: string) =>
  Buffer.from(`content-type: x\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);

describe('a context that is put into a message', () => {
  it('leaves every other byte where it is', () => {
    const text =
      '{"jsonrpc" : "2.0","id":12345678901234567890,"method":"é", "params":{ "n":1.0 } }';
    const added = `,"_meta": {"traceparent":"${CARRIED.traceparent}"}`;
    const expected = text.replace('1.0', `1.0${added}`);
    expect(splice(asLine(text), PATH, CARRIED).toString()).to.equal(`${expected}\n`);
    expect(splice(withHeader(text), PATH, CARRIED).toString()).to.equal(
      withHeader(expected).toString(),
    );
  });

  it('is an own member of any message that a parser reads', () => {
    const params = fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined });
    const meta = fc.option(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), {
      nil: undefined,
    });
    const property = fc.property(params, meta, fc.nat({ max: 3 }), (params, _meta, space) => {
      const message = {
        method: 'tools/call',
        ...((params || _meta) && { params: { ...params, ...(_meta && { _meta }) } }),
        id: 1,
      };
      const text = JSON.stringify(message);
      const padded = JSON.stringify(message, undefined, space);
      const { params: before = {}, ...rest } = JSON.parse(text);
      const expected = {
        ...rest,
        params: { ...before, _meta: { ...before._meta, ...CARRIED } },
      };
      expect(JSON.parse(splice(asLine(text), PATH, CARRIED).toString())).to.deep.equal(expected);
      const changed = splice(withHeader(padded), PATH, CARRIED).toString();
      const [, length, body = ''] =
        /^content-type: x\r\nContent-Length: (\d+)\r\n\r\n([\s\S]*)$/.exec(changed) ?? [];
      expect(Number(length)).to.equal(Buffer.byteLength(body));
      expect(JSON.parse(body)).to.deep.equal(expected);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('is left out where the bytes are no text, or no message', () => {
    const invalid = Buffer.concat([
      Buffer.from('{"params":{"a":"'),
      Buffer.of(0xff),
      asLine('"}}'),
    ]);
    expect(splice(invalid, PATH, CARRIED)).to.equal(invalid);
    const short = Buffer.from('Content-Length: 900\r\n\r\n{}');
    expect(splice(short, PATH, CARRIED)).to.equal(short);
  });
});

/** Says what it hears, and never answers. */
const ECHO = program('process.stdin.pipe(process.stdout)');

describe('otel-exec tap --inject', () => {
  it('adds the context of each request that carries none, and changes nothing else', async () => {
    await using tapped = new Tapped(ECHO, { options: ['--inject'] });
    const lines = [
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"n":1.0}}}',
      '{"jsonrpc":"2.0","method":"notifications/progress","params":{}}',
      `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"_meta":${JSON.stringify(CARRIED)}}}`,
      '[{"jsonrpc":"2.0","id":3,"method":"tools/list"}]',
      'no message',
      '{"jsonrpc":"2.0","id":4,"method":"tools/list"}',
      '{"jsonrpc":"2.0","id":"s","result":{}}',
    ];
    tapped.child.stdin.end(lines.map((line) => `${line}\n`).join(''));
    const heard = (await tapped.heard('"s"')).trim().split('\n');
    const contexts = [1, 4].map((id) => {
      const [line = ''] = heard.filter((text) => text.includes(`"id":${id},`));
      return JSON.parse(line).params._meta.traceparent;
    });
    expect(heard).to.deep.equal([
      `${lines[0]?.slice(0, -2)},"_meta": {"traceparent":"${contexts[0]}"}}}`,
      ...lines.slice(1, 5),
      `${lines[5]?.slice(0, -1)},"params": {"_meta":{"traceparent":"${contexts[1]}"}}}`,
      lines[6],
    ]);
    const events = await tapped.events();
    const own = events.map(({ fields }) => [fields.request_id, fields.traceparent]);
    expect(own).to.deep.include.members([
      ['1', contexts[0]],
      ['4', contexts[1]],
    ]);
  });

  it('holds no message for long whose end does not come, and then adds nothing to it', async () => {
    await using tapped = new Tapped(ECHO, { options: ['--inject'] });
    const half = '{"jsonrpc":"2.0","id":1,"method":"tools/call",';
    tapped.child.stdin.write(half);
    expect(await tapped.heard(half)).to.equal(half);
    tapped.child.stdin.write('"params":{}}\n');
    expect(await tapped.heard('\n')).to.equal('"params":{}}\n');
  });

  it('passes on what is long, or no JSON-RPC, as it is', async () => {
    await using tapped = new Tapped(ECHO, { options: ['--inject'] });
    const long = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"a":"${'x'.repeat(3e6)}"}}\n`;
    tapped.child.stdin.write(long);
    expect((await tapped.heard('}}\n')) === long).to.equal(true);
    await using other = new Tapped(ECHO, { options: ['--inject'] });
    other.child.stdin.write('hello');
    expect(await other.heard('hello')).to.equal('hello');
  });

  it('says that a language server has no place for it, once', async () => {
    await using tapped = new Tapped(ECHO, { options: ['--inject'] });
    const bodies = [1, 2].map((id) => `{"jsonrpc":"2.0","id":${id},"method":"textDocument/hover"}`);
    const sent = bodies.map((body) => `Content-Length: ${body.length}\r\n\r\n${body}`).join('');
    tapped.child.stdin.end(sent);
    expect(await tapped.heard('"id":2,"method":"textDocument/hover"}')).to.equal(sent);
    const warnings = (await tapped.events()).filter(({ level }) => level === 'WARN');
    expect(warnings.map(({ fields }) => fields.message)).to.deep.equal([
      'what is spoken here has no place for a trace context: --inject adds none',
    ]);
  });
});
