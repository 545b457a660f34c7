import { once } from 'node:events';
import { createServer, type IncomingMessage, request as requestOf } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { LivePage, type LivePageOptions } from 'otel-exec-cli/page';

async function serve(options: LivePageOptions = {}) {
  const page = new LivePage(options);
  const server = createServer((request, response) => {
    if (!page.handle(request, response)) response.writeHead(404).end('not the page');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const serving = {
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return { page, serving, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function ask(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<IncomingMessage> {
  const asking = requestOf(url, { method, headers, agent: false }).end();
  const [response] = await once(asking, 'response');
  return response;
}

describe('the routes of the page', () => {
  it('serve the page and its modules under a policy that lets nothing else in', async () => {
    const { serving, url } = await serve();
    await using _ = serving;
    const types: Record<string, string> = {
      '/': 'text/html; charset=utf-8',
      '/page/page.css': 'text/css; charset=utf-8',
      '/page/trace.css': 'text/css; charset=utf-8',
      '/page/icon.svg': 'image/svg+xml',
      '/page/page.js': 'text/javascript; charset=utf-8',
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
    expect((await ask(`${url}/page/../page.js`)).statusCode).to.equal(404);
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
    for (const path of ['/', '/page/page.js', '/page/feed', '/page/filter']) {
      for (const headers of foreign) {
        const response = await ask(`${url}${path}`, headers);
        expect(response.statusCode, `${path} ${JSON.stringify(headers)}`).to.equal(403);
        expect(await text(response)).to.match(
          /^(foreign origin|this name does not mean this machine)\n$/,
        );
      }
    }
    const own = url.replace('http://', 'https://');
    for (const origin of [url, own]) {
      expect((await ask(`${url}/page/filter`, { origin })).statusCode, origin).to.equal(200);
    }
    expect((await ask(`${url}/page/filter`, { origin: 'null' })).statusCode).to.equal(403);
    const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask(`${url}/`, followed)).statusCode).to.equal(200);
    expect((await ask(`${url}/page/feed`, followed)).statusCode).to.equal(403);
  });

  it('let everybody have the page who has no token yet, but what the program did only those who have', async () => {
    const { serving, url } = await serve({
      refusalOf: ({ headers }) =>
        headers.authorization === 'Bearer right' ? undefined : { status: 401, reason: 'token?' },
    });
    await using _ = serving;
    expect((await ask(`${url}/`)).statusCode).to.equal(200);
    expect((await ask(`${url}/page/page.js`)).statusCode).to.equal(200);
    for (const path of ['/page/feed', '/page/filter']) {
      const refused = await ask(`${url}${path}`);
      expect([refused.statusCode, await text(refused)]).to.deep.equal([401, 'token?\n']);
      expect(refused.headers['www-authenticate']).to.equal('Bearer');
    }
    const response = await ask(`${url}/page/feed`, { authorization: 'Bearer right' });
    expect(response.statusCode).to.equal(200);
    response.destroy();
  });

  it('answer HEAD with headers alone, also where GET would never end', async () => {
    const { serving, url } = await serve();
    await using _ = serving;
    const types: Record<string, string> = {
      '/': 'text/html; charset=utf-8',
      '/page/page.js': 'text/javascript; charset=utf-8',
      '/page/feed': 'application/x-ndjson',
      '/page/filter': 'application/json',
    };
    for (const [path, type] of Object.entries(types)) {
      const response = await ask(`${url}${path}`, {}, 'HEAD');
      expect(response.statusCode, path).to.equal(200);
      expect(response.headers['content-type']).to.equal(type);
      expect(await text(response)).to.equal('');
    }
    const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
    expect((await ask(`${url}/page/feed`, foreign, 'HEAD')).statusCode).to.equal(403);
    const posted = await ask(`${url}/page/feed`, {}, 'POST');
    expect([posted.statusCode, posted.headers.allow]).to.deep.equal([405, 'GET, HEAD']);
  });

  it('are below the path at which the page is mounted, and leave every other one to the program', async () => {
    const { serving, url } = await serve({ path: '/debug/live/' });
    await using _ = serving;
    const moved = await ask(`${url}/debug/live`);
    expect([moved.statusCode, moved.headers.location]).to.deep.equal([308, '/debug/live/']);
    for (const path of ['/debug/live/', '/debug/live/?query', '/debug/live/page/page.css']) {
      expect((await ask(`${url}${path}`)).statusCode, path).to.equal(200);
    }
    for (const path of ['/', '/page/page.css', '/debug/live/other', '/debug/live/page/run']) {
      expect(await text(await ask(`${url}${path}`)), path).to.equal('not the page');
    }
    for (const path of ['live/', '/live', '']) {
      expect(() => new LivePage({ path })).to.throw(RangeError, `path ${path}: expected /…/`);
    }
  });

  it('tell what was kept line by line, and then everything new', async () => {
    const { page, serving, url } = await serve({ title: 'spec', version: '1.2.3' });
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
    expect(hello).to.deep.include({ kind: 'hello', title: 'spec', version: '1.2.3' });
    expect(hello.offer).to.deep.equal({ actions: [] });
    expect(await next()).to.have.nested.include({ kind: 'spans', 'spans[0].name': 'before' });
    expect(await next()).to.include({ kind: 'ready' });
    page.spanProcessor.onEnd(span('after') as never);
    expect(await next()).to.have.nested.include({ kind: 'spans', 'spans[0].name': 'after' });
    response.destroy();
  });

  it('read nothing of an open span before somebody reads the feed, and once for all that changed together', async () => {
    const find = () => ({ actionable: true });
    const host = { subjectAttribute: 'subject', find };
    const { page, serving, url } = await serve({ host });
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
    const note = (attributes: object) =>
      page.logRecordProcessor.onEmit({
        ...RECORD,
        attributes,
        spanContext: { ...IDS, spanId: 'open' },
      } as never);
    note({ subject: 'p' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(reads).to.equal(0);
    const response = await ask(`${url}/page/feed`);
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value);
    expect(await next()).to.include({ kind: 'hello' });
    expect(await next()).to.have.nested.include({ 'spans[0].hosted.subject': 'p' });
    expect(await next()).to.include({ kind: 'events' });
    expect(await next()).to.include({ kind: 'ready' });
    expect(reads).to.equal(1);
    note({ subject: 'q' });
    note({ result: 'success' });
    const { spans } = await next();
    expect(spans).to.have.length(1);
    expect(spans[0]).to.include({ spanId: 'open', result: 'success' });
    expect(spans[0].hosted.subject).to.equal('q');
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
});

const IDS = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', traceFlags: 1 };
const SPAN = {
  kind: 0,
  startTime: [1, 0],
  endTime: [2, 0],
  ended: true,
  status: { code: 0 },
  attributes: {},
  events: [],
  links: [],
  resource: { attributes: {} },
  instrumentationScope: { name: 'spec' },
};
const RECORD = {
  hrTime: [1, 0],
  severityNumber: 9,
  attributes: {},
  resource: { attributes: {} },
  instrumentationScope: { name: 'spec' },
};
