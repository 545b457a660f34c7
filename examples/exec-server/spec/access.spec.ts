import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { isLoopback } from '../access.js';
import { sendText } from '../http.js';
import { type ServerOptions, startServer } from '../server.js';
import { Serving } from './serving.js';

const TOKEN = 'correct horse battery staple';

describe('exec-server access', () => {
  let serving: Serving;

  const serve = async (options: ServerOptions = {}) => {
    serving = await Serving.start(options);
    return serving.server;
  };

  afterEach(async () => {
    await serving[Symbol.asyncDispose]();
  });

  describe('without a token', () => {
    it('lets in whoever is no web page, by any name of this machine', async () => {
      const { url } = await serve();
      expect(await upgrade(url)).to.equal('open');
      expect(await upgrade(url.replace('127.0.0.1', 'localhost'))).to.equal('open');
    });

    it('lets in its own pages and those that are allowed', async () => {
      const { url } = await serve({ allowedOrigins: ['https://console.example'] });
      expect(await upgrade(url, { origin: url.replace('ws:', 'http:') })).to.equal('open');
      expect(await upgrade(url, { origin: 'https://console.example' })).to.equal('open');
    });

    for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'null', '']) {
      it(`refuses a foreign origin: ${origin || 'an empty one'}`, async () => {
        const { url } = await serve();
        expect(await upgrade(url, { origin })).to.equal('403 foreign origin\n');
      });
    }

    it('refuses a name that only points to this machine, and pages of that name', async () => {
      const { url } = await serve();
      const host = `rebound.example:${new URL(url).port}`;
      const refusal = '403 this name does not mean this machine\n';
      expect(await upgrade(url, { host })).to.equal(refusal);
      expect(await upgrade(url, { host, origin: `http://${host}` })).to.equal(refusal);
    });

    it('is to be had on loopback alone', async () => {
      await serve();
      const error = await startServer({ host: '0.0.0.0' }).catch((thrown) => thrown);
      expect(error.message).to.match(/0\.0\.0\.0.*token is needed/);
    });
  });

  describe('with a token', () => {
    it('lets in whoever knows it, by any name', async () => {
      const { url } = await serve({ token: TOKEN });
      expect(await upgrade(url, { authorization: `Bearer ${TOKEN}` })).to.equal('open');
      const named = { authorization: `bearer ${TOKEN}`, host: 'build.example' };
      expect(await upgrade(url, named)).to.equal('open');
    });

    for (const authorization of [
      undefined,
      'Bearer',
      'Bearer wrong',
      `Bearer ${TOKEN}x`,
      `Basic ${TOKEN}`,
      TOKEN,
    ]) {
      it(`refuses ${authorization ?? 'no authorization'}`, async () => {
        const { url } = await serve({ token: TOKEN });
        expect(await upgrade(url, authorization === undefined ? {} : { authorization })).to.equal(
          '401 token required\n',
        );
      });
    }

    it('still refuses a foreign origin', async () => {
      const { url } = await serve({ token: TOKEN });
      const headers = { authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' };
      expect(await upgrade(url, headers)).to.equal('403 foreign origin\n');
    });
  });

  it('is asked for by the routes that are added, and not by health checks', async () => {
    const { url } = await serve({
      token: TOKEN,
      routes: [
        { method: 'GET', path: '/hello', handle: (_, response) => sendText(response, 200, 'hi') },
      ],
    });
    expect(await get(url, '/livez')).to.equal('200 alive\n');
    expect(await get(url, '/readyz?verbose')).to.equal('200 ready\n');
    expect(await get(url, '/hello')).to.equal('401 token required\n');
    const authorization = `Bearer ${TOKEN}`;
    expect(await get(url, '/hello', { authorization })).to.equal('200 hi\n');
    expect(await get(url, '/other', { authorization })).to.equal('404 not found\n');
    expect(await get(url, '/hello', { authorization }, 'POST')).to.equal('405 try GET\n');
    expect(await get(url, '/hello', { authorization, origin: 'https://evil.example' })).to.equal(
      '403 foreign origin\n',
    );
  });

  it('leaves no connection behind that was refused, though its client keeps it open', async () => {
    const { url } = await serve();
    const { port, host } = new URL(url);
    const socket = connect({ port: Number(port), allowHalfOpen: true });

    const headers = ['upgrade: websocket', 'connection: upgrade', 'origin: https://evil.example'];
    socket.write(`GET / HTTP/1.1\r\nhost: ${host}\r\n${headers.join('\r\n')}\r\n\r\n`);
    expect(String((await once(socket, 'data'))[0])).to.match(/^HTTP\/1\.1 403 Forbidden\r\n/);
    const again = setInterval(() => socket.write('anybody?'), 5);
    const [error] = await once(socket, 'error').finally(() => clearInterval(again));
    expect(error.code).to.be.oneOf(['EPIPE', 'ECONNRESET']);
  });

  it('ends when the server stops: not ready, no new connections, but alive', async () => {
    const { url } = await serve({ limits: { killGraceMillis: 10_000 } });
    const client = await serving.connect();
    await client.start('p', 'trap "" TERM; echo $$; while :; do read x; done', { pipeStdin: true });
    await client.printed('p', '\n');
    const stopping = serving.server.stop();
    expect(await get(url, '/livez')).to.equal('200 alive\n');
    expect(await get(url, '/readyz')).to.equal('503 shutting down\n');
    expect(await upgrade(url)).to.equal('503 the server is shutting down\n');
    const error = await client.start('q', 'exit 0').catch((thrown) => thrown);
    expect(error).to.include({ code: -32000, message: 'the server is shutting down' });
    process.kill(Number(client.output('p')), 'SIGKILL');
    await stopping;
    await client.wire.closed;
  });
});

describe('loopback', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) {
    it(`is ${host}`, () => expect(isLoopback(host)).to.equal(true));
  }
  for (const host of ['0.0.0.0', '::', '192.168.0.1', '128.0.0.1', 'localhost.example', '']) {
    it(`is not ${host || 'nothing'}`, () => expect(isLoopback(host)).to.equal(false));
  }
});

/** Asks for a WebSocket; gives `open`, or the status and text of the refusal. */
async function upgrade(url: string, headers: Record<string, string> = {}): Promise<string> {
  const socket = new WebSocket(url, { headers });
  socket.on('error', () => {});
  const refused = once(socket, 'unexpected-response').then(([, response]) => read(response));
  const answer = await Promise.race([once(socket, 'open').then(() => 'open'), refused]);
  socket.terminate();
  return answer;
}

async function get(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<string> {
  const asked = request(new URL(path, url.replace('ws:', 'http:')), { headers, method });
  asked.end();
  const [response] = await once(asked, 'response');
  return read(response);
}

async function read(response: IncomingMessage): Promise<string> {
  return `${response.statusCode} ${await text(response)}`;
}
