import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { LivePage } from '../../../../examples/exec-server/page/live-page.js';
import { ServerProgram } from '../../../../examples/exec-server/spec/program.js';
import { Serving } from '../../../../examples/exec-server/spec/serving.js';

const TOKEN = 'a secret';

async function serve(token?: string) {
  const page = new LivePage();
  const serving = await Serving.start({ token, routes: page.routes(token !== undefined) });
  return { page, serving, url: serving.server.url.replace(/^ws/, 'http') };
}

async function ask(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const [response] = await once(get(url, { headers, agent: false }), 'response');
  return response;
}

describe('the routes of the page', () => {
  it('serve the page and its modules under a policy that lets nothing else in', async () => {
    const { serving, url } = await serve();
    await using _ = serving;
    const types: Record<string, string> = {
      '/': 'text/html; charset=utf-8',
      '/page/page.css': 'text/css; charset=utf-8',
      '/page/icon.svg': 'image/svg+xml',
      '/page/main.js': 'text/javascript; charset=utf-8',
    };
    for (const [path, type] of Object.entries(types)) {
      const response = await ask(`${url}${path}`);
      expect(response.statusCode).to.equal(200);
      expect(response.headers).to.include({
        'content-type': type,
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
          "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
          "require-trusted-types-for 'script'",
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      expect(await text(response)).not.to.match(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    }
    expect((await ask(`${url}/page/../main.js`)).statusCode).to.equal(404);
    expect((await ask(`${url}/page/tsconfig.json`)).statusCode).to.equal(404);
  });

  it('give nothing to another origin, another site, or a name that was made to point here', async () => {
    const { serving, url } = await serve();
    await using _ = serving;
    const foreign: Record<string, string>[] = [
      { origin: 'http://elsewhere.example' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
      { host: 'rebound.example' },
    ];
    for (const path of ['/', '/page/main.js', '/page/feed', '/page/filter']) {
      for (const headers of foreign) {
        const response = await ask(`${url}${path}`, headers);
        expect(response.statusCode, `${path} ${JSON.stringify(headers)}`).to.equal(403);
        expect(await text(response)).to.match(
          /^(foreign origin|this name does not mean this machine)\n$/,
        );
      }
    }
    const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask(`${url}/`, followed)).statusCode).to.equal(200);
    expect((await ask(`${url}/page/feed`, followed)).statusCode).to.equal(403);
  });

  it('let everybody have the page where there is a token, but what the server did only with it', async () => {
    const { serving, url } = await serve(TOKEN);
    await using _ = serving;
    expect((await ask(`${url}/`)).statusCode).to.equal(200);
    expect((await ask(`${url}/page/main.js`)).statusCode).to.equal(200);
    for (const path of ['/page/feed', '/page/filter']) {
      expect((await ask(`${url}${path}`)).statusCode).to.equal(401);
      const wrong = { authorization: 'Bearer another' };
      expect((await ask(`${url}${path}`, wrong)).statusCode).to.equal(401);
    }
    const right = { authorization: `Bearer ${TOKEN}` };
    const response = await ask(`${url}/page/feed`, right);
    expect(response.statusCode).to.equal(200);
    response.destroy();
  });

  it('go with a WebSocket that carries the token as a subprotocol, as a page must', async () => {
    const { serving } = await serve('tøken & more');
    await using _ = serving;
    const bearer = (token: string) => `bearer.${Buffer.from(token).toString('base64url')}`;
    const right = new WebSocket(serving.server.url, ['exec-server', bearer('tøken & more')]);
    await once(right, 'open');
    expect(right.protocol).to.equal('exec-server');
    right.close();
    await once(right, 'close');
    for (const offered of [['exec-server'], ['exec-server', bearer('another')], ['bearer.']]) {
      const wrong = new WebSocket(serving.server.url, offered);
      const [error] = await once(wrong, 'error');
      expect(error.message).to.equal('Unexpected server response: 401');
    }
  });

  it('tell what was kept line by line, and then everything new', async () => {
    const { page, serving, url } = await serve();
    await using _ = serving;
    const span = (name: string) => ({
      ...SPAN,
      name,
      spanContext: () => ({ ...IDS, spanId: name }),
    });
    page.spanProcessor.onEnd(span('before') as never);
    const response = await ask(`${url}/page/feed`);
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value);
    const hello = await next();
    expect(hello).to.include({ kind: 'hello', version: '0.2.0' });
    expect(await next()).to.have.nested.include({ kind: 'spans', 'spans[0].name': 'before' });
    expect(await next()).to.include({ kind: 'ready' });
    page.spanProcessor.onEnd(span('after') as never);
    expect(await next()).to.have.nested.include({ kind: 'spans', 'spans[0].name': 'after' });
    response.destroy();
  });

  it('read nothing of an open span before somebody reads the feed, and once for all that changed together', async () => {
    const { page, serving, url } = await serve();
    await using _ = serving;
    let reads = 0;
    const open = {
      ...SPAN,
      ended: false,
      spanContext: () => ({ ...IDS, spanId: 'open' }),
      get name() {
        reads++;
        return 'open';
      },
    };
    page.spanProcessor.onStart(open as never);
    page.spanProcessor.note('open', { result: undefined, processId: 'p' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(reads).to.equal(0);
    const response = await ask(`${url}/page/feed`);
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value);
    expect(await next()).to.include({ kind: 'hello' });
    expect(await next()).to.have.nested.include({ 'spans[0].processId': 'p' });
    expect(await next()).to.include({ kind: 'ready' });
    expect(reads).to.equal(1);
    page.spanProcessor.note('open', { result: undefined, processId: 'q' });
    page.spanProcessor.note('open', { result: 'success', processId: undefined });
    const { spans } = await next();
    expect(spans).to.have.length(1);
    expect(spans[0]).to.include({ spanId: 'open', processId: 'q', result: 'success' });
    expect(reads).to.equal(2);
    response.destroy();
  });

  it('serve no more than sixteen readers of the feed', async () => {
    const { serving, url } = await serve();
    await using _ = serving;
    const readers = await Promise.all(Array.from({ length: 16 }, () => ask(`${url}/page/feed`)));
    expect(readers.map(({ statusCode }) => statusCode)).to.deep.equal(Array(16).fill(200));
    expect((await ask(`${url}/page/feed`)).statusCode).to.equal(503);
    for (const reader of readers) reader.destroy();
  });

  it('say what directives mean, and which one is wrong', async () => {
    const { page, serving, url } = await serve();
    await using _ = serving;
    for (const name of ['codex_exec_server::telemetry', 'other']) {
      page.logRecordProcessor.onEmit({ ...RECORD, instrumentationScope: { name } } as never);
    }
    const filter = async (directives: string) => {
      const response = await ask(`${url}/page/filter?${new URLSearchParams({ directives })}`);
      return [response.statusCode, await text(response)];
    };
    const [status, answer] = await filter('warn, codex_exec_server=debug');
    expect([status, JSON.parse(String(answer))]).to.deep.equal([
      200,
      {
        directives: 'warn,codex_exec_server=debug',
        minimum: { 'codex_exec_server::telemetry': 5, other: 13 },
      },
    ]);
    expect(JSON.parse(String((await filter('other=off'))[1])).minimum).to.deep.equal({
      'codex_exec_server::telemetry': null,
      other: null,
    });
    const [wrong, reason] = await filter('warn,other=loud');
    expect(wrong).to.equal(400);
    expect(reason).to.include('"other=loud"');
    expect((await filter(`a${'b'.repeat(1_000)}`))[0]).to.equal(400);
  });

  it('are served by the program, which says where, unless told not to', async () => {
    await using server = new ServerProgram();
    const out = createInterface({ input: server.child.stdout })[Symbol.asyncIterator]();
    const socket = (await out.next()).value;
    const page = (await out.next()).value;
    expect(page).to.equal(`${socket.replace(/^ws/, 'http')}/`);
    expect(await text(await ask(page))).to.include('<title>exec-server, live</title>');
    await using bare = new ServerProgram({ args: ['--listen', 'ws://127.0.0.1:0', '--no-page'] });
    const url = (await bare.url()).replace(/^ws/, 'http');
    expect((await ask(`${url}/`)).statusCode).to.equal(404);
  });
});

const IDS = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', traceFlags: 1 };
const SPAN = {
  kind: 0,
  startTime: [1, 0],
  endTime: [2, 0],
  ended: true,
  status: { code: 0 },
  attributes: {},
};
const RECORD = { hrTime: [1, 0], severityNumber: 9, attributes: {} };
