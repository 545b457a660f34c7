import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { ServicePageHost, serverPage } from '../page-host.js';
import type { ServerOptions } from '../server.js';
import { ServerProgram } from './program.js';
import { Serving } from './serving.js';

const TOKEN = 'a secret';

async function serve(options: ServerOptions = {}) {
  const host = new ServicePageHost();
  const { token } = options;
  const page = serverPage(host, { token, allowedOrigins: [] });
  const serving = await Serving.start({ ...options, page: (...both) => page.handle(...both) });
  host.serve(serving.server.service);
  return { host, serving, url: serving.server.url.replace(/^ws/, 'http') };
}

describe('the page of the exec server', () => {
  it('runs commands as a client whose requests are measured like those of others', async () => {
    const { serving, url } = await serve();
    await using _ = serving;
    const response = await fetch(`${url}/page/run`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ line: 'echo hello; exit 3', mode: 'shell' }),
    });
    const { subject } = (await response.json()) as { subject: string };
    const output = await fetch(`${url}/page/output?subject=${subject}`);
    const lines = (await output.text()).trim().split('\n');
    const [piece] = lines.map((line) => JSON.parse(line));
    expect([piece.stream, atob(piece.chunk)]).to.deep.equal(['stdout', 'hello\n']);
    const { spans, metrics } = await serving.capture.signals();
    expect(spans.map(({ name }) => name)).to.have.members([
      'initialize',
      'process/start',
      'exec_server.process',
    ]);
    const [connections] = metrics?.['exec_server.connections.active'] ?? [];
    expect(connections?.attributes).to.deep.equal({ transport: 'in_process' });
  });

  it('takes no commands once the server stops, and lets go of its processes then', async () => {
    const { host, serving } = await serve();
    await using _ = serving;
    const run = (subject: string) =>
      host.commands.run({ subject, line: 'sleep 60', mode: 'direct' });
    await run('p');
    expect(host.find('p')?.actionable).to.equal(true);
    await serving.server.stop();
    expect(host.find('p')?.actionable).to.equal(false);
    const refused = await run('q').catch((error) => error);
    expect(refused.message).to.equal('the server takes no commands now');
  });

  it('is for everybody where there is a token, but what the server did only with it', async () => {
    const { serving, url } = await serve({ token: TOKEN });
    await using _ = serving;
    expect((await fetch(`${url}/`)).status).to.equal(200);
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    expect((await fetch(`${url}/page/feed`)).status).to.equal(401);
    expect((await fetch(`${url}/page/run`, post)).status).to.equal(401);
    const authorization = `Bearer ${TOKEN}`;
    const answered = await fetch(`${url}/page/filter`, { headers: { authorization } });
    expect(answered.status).to.equal(200);
  });

  it('is served by the program, which says where, unless told not to', async () => {
    await using server = new ServerProgram();
    const out = createInterface({ input: server.child.stdout })[Symbol.asyncIterator]();
    const socket = (await out.next()).value;
    const page = (await out.next()).value;
    expect(page).to.equal(`${socket.replace(/^ws/, 'http')}/`);
    expect(await (await fetch(page)).text()).to.include('page/page.js');
    await using bare = new ServerProgram({ args: ['--listen', 'ws://127.0.0.1:0', '--no-page'] });
    const url = (await bare.url()).replace(/^ws/, 'http');
    expect((await fetch(`${url}/`)).status).to.equal(404);
  });
});

describe('a WebSocket of a web page', () => {
  it('carries the token as a subprotocol', async () => {
    await using serving = await Serving.start({ token: 'tøken & more' });
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
});
