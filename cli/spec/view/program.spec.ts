import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { ask, post } from './asking.js';
import { spansIn, ViewProgram } from './viewed.js';

const NODE = process.execPath;
const SERVER = 2;
/** A Node program that starts another, and writes what it was given. */
const STARTS_ONE = `
  const { spawn } = require('node:child_process');
  spawn(process.execPath, ['-e', ''], { env: {} }).once('exit', () => console.log('done'));
`;

describe('otel-exec view', () => {
  let folder: string;
  let recording: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'otel-exec-view-'));
    recording = join(folder, 'recording.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('says where the page is and how to send, serves both, and ends when it is asked to', async () => {
    await using view = new ViewProgram(['--port', '0', '--save', recording]);
    const url = await view.url();
    await view.said(new RegExp(`export OTEL_EXPORTER_OTLP_ENDPOINT=${url}\n`));
    const page = await ask(`${url}/`);
    expect(page.status).to.equal(200);
    expect(page.headers).to.include({ 'otel-exec-view': '1' });
    expect(page.headers['content-security-policy']).to.match(/^default-src 'none'/);
    expect(await ask(`${url}/`, { headers: { host: 'example.com' } })).to.include({ status: 403 });
    expect(await post(`${url}/v1/traces`, {})).to.include({ status: 200 });
    expect(await ask(`${url}/nothing`)).to.include({ status: 404 });
    view.child.kill('SIGINT');
    expect(await view.exit()).to.deep.equal({ code: 0, signal: null });
    expect(view.stdout).to.equal('');
  });

  it('shows on its page what it receives, and what it opens', async () => {
    const span = {
      traceId: 'ab'.repeat(16),
      spanId: 'cd'.repeat(8),
      name: 'a span that came',
      startTimeUnixNano: `${Date.now()}000000`,
      endTimeUnixNano: `${Date.now()}000000`,
    };
    const traces = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
    {
      await using view = new ViewProgram(['--port', '0', '--save', recording]);
      const url = await view.url();
      await post(`${url}/v1/traces`, traces);
      expect(await readFeed(url)).to.include('a span that came');
      view.child.kill('SIGTERM');
      expect(await view.exit()).to.deep.equal({ code: 0, signal: null });
    }
    await using view = new ViewProgram(['--port', '0', '--open', recording, '--no-receive']);
    const url = await view.url();
    await view.said(/recording[.]jsonl: 1 requests/);
    expect(await readFeed(url)).to.include('a span that came');
    expect(await post(`${url}/v1/traces`, traces)).to.include({ status: 404 });
  });

  it('says what to do where the port is taken, by another view or by something else', async () => {
    await using view = new ViewProgram(['--port', '0']);
    const url = await view.url();
    await using second = new ViewProgram(['--port', new URL(url).port]);
    expect(await second.exit()).to.deep.equal({ code: 125, signal: null });
    expect(second.stderr).to.equal(
      `otel-exec view: a view is there already: ${url}/ (--port 0 starts another)\n`,
    );
    const other = createServer((_, response) => response.end());
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const port = String((other.address() as AddressInfo).port);
    await using third = new ViewProgram(['--port', port]);
    expect(await third.exit()).to.deep.equal({ code: 125, signal: null });
    expect(third.stderr).to.match(/taken by another program: end that one, or use --port 0/);
    other.close();
  });

  it('refuses what it can not do', async () => {
    const wrong = [
      [['--host', '0.0.0.0'], /for this machine alone/],
      [['--port', '99999'], /no port/],
      [['--open', join(folder, 'nothing')], /--open: ENOENT/],
      [['--save', folder], /--save: EISDIR/],
      [['--observe', 'magic'], /run, tap/],
    ] as const;
    for (const [args, reason] of wrong) {
      await using view = new ViewProgram(args);
      expect(await view.exit(), args.join(' ')).to.deep.equal({ code: 125, signal: null });
      expect(view.stderr).to.match(reason);
    }
  });

  it('starts a command, which is observed once, and what it starts with it, and ends as it does', async () => {
    const command = [NODE, '-e', `${STARTS_ONE}; process.exitCode = 7;`];
    const options = ['--port', '0', '--save', recording, '--observe', 'run'];
    await using view = new ViewProgram([...options, '--', ...command]);
    expect(await view.exit()).to.deep.equal({ code: 7, signal: null });
    expect(view.stdout).to.equal('done\n');
    expect(view.stderr).to.match(/^otel-exec view: http:\/\/127[.]0[.]0[.]1:\d+\/\n$/);
    const spans = await spansIn(recording);
    expect(spans).to.have.length(2);
    const root = spans.find(({ parentSpanId }) => parentSpanId === undefined);
    const child = spans.find(({ parentSpanId }) => parentSpanId === root?.spanId);
    expect(child?.traceId).to.equal(root?.traceId);
    expect(child).to.not.equal(undefined);
  });

  const servers = {
    'another language': ['sh', '-c', 'while read -r line; do echo "$ANSWER"; done'],
    Node: [NODE, '-e', `process.stdin.on('data', () => console.log(process.env.ANSWER)).resume()`],
  };
  for (const [language, command] of Object.entries(servers)) {
    it(`sees what a client asks of a server on stdio once: ${language}`, async () => {
      const ANSWER = '{"jsonrpc":"2.0","id":1,"result":{}}';
      const options = ['--port', '0', '--save', recording, '--', ...command];
      await using view = new ViewProgram(options, { ANSWER });
      view.child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"bread/bake","params":{}}\n');
      while (!view.stdout.includes('\n')) await once(view.child.stdout, 'data');
      view.child.stdin.end();
      expect(await view.exit()).to.deep.equal({ code: 0, signal: null });
      expect(view.stdout).to.equal(`${ANSWER}\n`);
      const spans = await spansIn(recording);
      const requests = spans.filter(({ kind }) => kind === SERVER);
      expect(requests.map(({ name }) => name)).to.deep.equal(['bread/bake']);
      const processes = spans.filter(({ kind }) => kind !== SERVER);
      expect(processes.map(({ name }) => name)).to.deep.equal([basename(String(command[0]))]);
    });
  }

  it('names a Node program as its file, and leaves its environment as it was', async () => {
    const program = join(folder, 'bakery.js');
    await writeFile(program, `console.log(process.env.OTEL_SERVICE_NAME); ${STARTS_ONE}`);
    const options = ['--port', '0', '--save', recording, '--observe', 'run'];
    await using view = new ViewProgram([...options, '--', NODE, program]);
    expect(await view.exit()).to.deep.equal({ code: 0, signal: null });
    expect(view.stdout).to.equal('undefined\ndone\n');
    expect(await readFile(recording, 'utf8')).to.include(
      '{"key":"service.name","value":{"stringValue":"bakery"}}',
    );
  });

  it('leaves Node programs alone where it is told to', async () => {
    const command = [NODE, '-e', 'console.log(process.env.NODE_OPTIONS)'];
    const options = ['--port', '0', '--no-register', '--observe', 'run'];
    await using view = new ViewProgram([...options, '--', ...command]);
    expect(await view.exit()).to.deep.equal({ code: 0, signal: null });
    expect(view.stdout).to.equal('undefined\n');
  });

  it('leaves Node programs alone where Node could not start with it, and says so (skipped on Windows: a script stands for Node)', async function () {
    if (process.platform === 'win32') this.skip();
    await writeFile(join(folder, 'node'), '#!/bin/sh\necho v18.20.0\n', { mode: 0o755 });
    const command = ['/bin/sh', '-c', 'echo "<$NODE_OPTIONS>"'];
    const options = ['--port', '0', '--observe', 'run', '--', ...command];
    await using view = new ViewProgram(options, { PATH: folder });
    expect(await view.exit()).to.deep.equal({ code: 0, signal: null });
    expect(view.stderr).to.match(/Node v18[.]20[.]0 is observed from outside alone/);
    expect(view.stdout).to.equal('<>\n');
  });

  it('shows a command in the view that is there', async () => {
    await using view = new ViewProgram(['--port', '0', '--save', recording]);
    const url = await view.url();
    const { port } = new URL(url);
    await using second = new ViewProgram([
      '--port',
      port,
      '--observe',
      'run',
      '--',
      NODE,
      '-e',
      '',
    ]);
    expect(await second.exit()).to.deep.equal({ code: 0, signal: null });
    expect(second.stderr).to.equal(`otel-exec view: shown in the view that runs: ${url}/\n`);
    view.child.kill('SIGINT');
    await view.exit();
    const [span, ...others] = await spansIn(recording);
    expect(others).to.deep.equal([]);
    const zero = { key: 'process.exit.code', value: { intValue: '0' } };
    expect(span?.attributes).to.deep.include(zero);
  });

  it('keeps the page where it is told to, until it is asked to end, with the exit code of the command', async () => {
    const options = ['--port', '0', '--stay', '--observe', 'run'];
    await using view = new ViewProgram([...options, '--', NODE, '-e', 'process.exitCode = 5']);
    await view.said(/has ended \(5\); the page stays/);
    expect(await ask(`${await view.url()}/`)).to.include({ status: 200 });
    view.child.kill('SIGINT');
    expect(await view.exit()).to.deep.equal({ code: 5, signal: null });
  });

  it('opens the page in a browser, or says that it could not (skipped elsewhere than on Linux)', async function () {
    if (process.platform !== 'linux') this.skip();
    const server = createServer((_, response) => response.end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const browser = join(folder, 'browser.mjs');
    const asked = `http://127.0.0.1:${port}/?`;
    const program = `#!${NODE}\nawait fetch('${asked}' + process.argv[2]);\n`;
    await writeFile(browser, program, { mode: 0o755 });
    await using view = new ViewProgram(['--port', '0', '--browser'], { BROWSER: browser });
    const [request] = await once(server, 'request');
    expect(request.url).to.equal(`/?${await view.url()}/`);
    server.close();
    await using other = new ViewProgram(['--port', '0', '--browser'], { BROWSER: '/bin/false' });
    await other.said(/no browser could be opened/);
  });

  it('passes on the signal that ends it, and does not stay then', async () => {
    const waits = `
      process.on('SIGTERM', () => { process.exitCode = 4; clearInterval(timer); });
      const timer = setInterval(() => {}, 1_000);
      console.log('ready');
    `;
    await using view = new ViewProgram(['--port', '0', '--stay', '--', NODE, '-e', waits]);
    while (!view.stdout.includes('ready')) await once(view.child.stdout, 'data');
    view.child.kill('SIGTERM');
    expect(await view.exit()).to.deep.equal({ code: 4, signal: null });
  });

  it('dies of the signal that its command died of', async () => {
    const command = [NODE, '-e', `process.kill(process.pid, 'SIGKILL')`];
    await using view = new ViewProgram(['--port', '0', '--', ...command]);
    expect(await view.exit()).to.deep.equal({ code: null, signal: 'SIGKILL' });
  });

  it('says which destinations it sets aside for the command', async () => {
    const variables = {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://192.0.2.1:4318/v1/traces',
      OTEL_METRIC_EXPORT_INTERVAL: '60000',
    };
    const names = `
      const { env } = process;
      console.log([env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, env.OTEL_METRIC_EXPORT_INTERVAL].join());
    `;
    const options = ['--port', '0', '--observe', 'run', '--no-register'];
    await using view = new ViewProgram([...options, '--', NODE, '-e', names], variables);
    expect(await view.exit()).to.deep.equal({ code: 0, signal: null });
    expect(view.stderr).to.match(/OTEL_EXPORTER_OTLP_TRACES_ENDPOINT set aside/);
    expect(view.stdout).to.equal(',60000\n');
  });
}).timeout(60_000);

/** What the page's feed tells at once. */
async function readFeed(url: string): Promise<string> {
  const response = await fetch(`${url}/page/feed`);
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes('"kind":"ready"')) break;
  }
  return text;
}
