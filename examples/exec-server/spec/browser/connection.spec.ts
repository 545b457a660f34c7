import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { frame, intrude } from '../../../../cli/spec/browser/in-page/intruder.js';
import { OpenPage } from '../../../../cli/spec/browser/open-page.js';
import { ServerProgram } from '../program.js';
import { PageServing } from './page-serving.js';

describe('the page and its server', () => {
  it('has its history again after a reload', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    await open.run('echo before; exit 4');
    await open.badge('error');
    await open.run('true');
    await open.badge('success');
    await open.page.reload();
    await open.connected();
    await open.says('#about', '5 lifelines');
    await open.says('#event-count', '5 of 7');
    expect(serving.spans).to.have.length(5);
    expect(serving.records).to.have.length(7);
    const rows = open.page.locator('#event-list .row', { hasText: 'exec_server_process' });
    await rows.last().click();
    await open.badge('error');
    expect(await open.page.locator('#details .title').textContent()).to.equal(
      'echo before; exit 4',
    );
    await open.says('pre.output', 'before');
    expect(await open.attributes()).to.include({ 'process.exit.code': '4' });
    expect(open.faults).to.deep.equal([]);
  });

  it('says that the connection is lost, and that the server is another one after a restart', async () => {
    const first = await PageServing.start();
    const { port } = first;
    await using open = await OpenPage.open(first.url);
    await open.connected();
    await open.run('sleep 60', 'direct');
    await open.badge('running');
    await first.stop();
    await open.says('#banner', 'The connection to the server is lost');
    await open.says('#connection', 'Connection lost');
    await open.page.locator('#run:disabled').waitFor();
    await using second = await PageServing.start({ port });
    await open.says('#banner', 'The server was restarted');
    await open.connected();
    await open.run('true');
    await open.badge('success');
    await open.says('#about', '6 lifelines');
    expect(second.spans.map(({ name }) => name)).to.deep.equal([
      'initialize',
      'process/start',
      'exec_server.process',
    ]);
  });

  it('shows what ran on a server that was killed as what nobody saw the end of', async () => {
    await using server = new ServerProgram();
    const url = await server.url();
    await using open = await OpenPage.open(`${url.replace(/^ws/, 'http')}/`);
    await open.connected();
    await open.run('sleep 30', 'direct');
    await open.badge('running');
    await open.says('#details dl', 'process.pid');
    const pid = Number((await open.attributes())['process.pid']);
    await server.end('SIGKILL');
    process.kill(pid);
    await open.says('#banner', 'The connection to the server is lost');
    const { port } = new URL(url);
    await using next = new ServerProgram({ args: ['--listen', `ws://127.0.0.1:${port}`] });
    await next.url();
    await open.badge('end not seen');
    await open.connected();
    await open.says('#banner', 'The server was restarted');
  });

  it('asks for the token, takes it from the fragment, and keeps it out of the address', async () => {
    const token = 'tøken with spaces & more';
    await using serving = await PageServing.start({ token });
    await using asked = await OpenPage.open(serving.url);
    await asked.says('#connection', 'Token wanted');
    await asked.page.getByLabel('This server wants its token').fill('wrong');
    await asked.page.getByRole('button', { name: 'Connect' }).click();
    await asked.says('#connection', 'Token wanted');
    await asked.page.getByLabel('This server wants its token').fill(token);
    await asked.page.getByRole('button', { name: 'Connect' }).click();
    await asked.connected();
    await using given = await OpenPage.open(`${serving.url}#token=${encodeURIComponent(token)}`);
    await given.connected();
    expect(given.page.url()).to.equal(serving.url);
    await given.run('echo hello');
    await given.says('pre.output', 'hello');
    expect((await fetch(new URL('/page/feed', serving.url))).status).to.equal(401);
    expect((await fetch(new URL('/page/filter', serving.url))).status).to.equal(401);
  });

  it('gives nothing to a foreign origin', async () => {
    await using serving = await PageServing.start();
    const foreign = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>foreign</title>');
    });
    foreign.listen(0, '127.0.0.1');
    await once(foreign, 'listening');
    const { port } = foreign.address() as AddressInfo;
    try {
      await using open = await OpenPage.open(`http://127.0.0.1:${port}/`);
      const got = await open.page.evaluate(intrude, serving.url);
      expect(new Set(got)).to.deep.equal(new Set(['nothing']));
      await open.page.evaluate(frame, serving.url);
      const framed = open.page.frames().at(-1);
      expect(await framed?.locator('#command-line').count()).to.equal(0);
      expect(serving.spans).to.deep.equal([]);
      const refused = await fetch(new URL('/page/feed', serving.url), {
        headers: { origin: `http://127.0.0.1:${port}` },
      });
      expect(refused.status).to.equal(403);
    } finally {
      foreign.close();
      foreign.closeAllConnections();
    }
  });
});
