import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { LivePage, type PageHost, RetainedOutput } from 'otel-exec-cli/page';

const JSON_TYPE = { 'content-type': 'application/json' };

class Hosting implements AsyncDisposable {
  readonly calls: unknown[] = [];
  readonly output = new RetainedOutput();
  readonly #server;

  constructor() {
    const host: PageHost = {
      subjectAttribute: 'job',
      find: (subject) =>
        subject === 'job'
          ? { actionable: true, output: (gone) => this.output.read(gone) }
          : undefined,
      commands: {
        modes: [{ value: 'now', label: 'Now' }],
        run: async (command) => {
          this.calls.push(command);
          if (command.line === 'fail') throw new Error('it failed');
        },
      },
      actions: [
        { name: 'stop', label: 'Stop', perform: async (...args) => void this.calls.push(args) },
        {
          name: 'move',
          label: 'Move',
          choices: [{ value: 'up', label: 'Up' }],
          perform: async (...args) => void this.calls.push(args),
        },
      ],
    };
    const page = new LivePage({ host });
    this.#server = createServer((request, response) => void page.handle(request, response));
  }

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/page`;
  }

  async post(path: string, body: unknown, headers: Record<string, string> = JSON_TYPE) {
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${this.url}/${path}`, { method: 'POST', headers, body: sent });
    return { status: response.status, text: await response.text() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

describe('the host of a page', () => {
  it('runs commands under a subject that the page makes, and says what went wrong', async () => {
    await using hosting = await new Hosting().open();
    const done = await hosting.post('run', { line: 'work', mode: 'now' });
    const failed = await hosting.post('run', { line: 'fail', mode: 'now' });
    const [first, second] = hosting.calls as { subject: string }[];
    expect(hosting.calls).to.deep.equal([
      { subject: first?.subject, line: 'work', mode: 'now' },
      { subject: second?.subject, line: 'fail', mode: 'now' },
    ]);
    expect(first?.subject).not.to.equal(second?.subject);
    expect([done.status, JSON.parse(done.text)]).to.deep.equal([200, { subject: first?.subject }]);
    expect([failed.status, JSON.parse(failed.text)]).to.deep.equal([
      422,
      { subject: second?.subject, error: 'it failed' },
    ]);
  });

  it('performs the actions that it has, with the choices that they have', async () => {
    await using hosting = await new Hosting().open();
    expect((await hosting.post('act', { subject: 'job', action: 'stop' })).status).to.equal(200);
    const up = { subject: 'job', action: 'move', choice: 'up' };
    expect((await hosting.post('act', up)).status).to.equal(200);
    expect(hosting.calls).to.deep.equal([
      ['job', undefined],
      ['job', 'up'],
    ]);
  });

  it('is not asked by who sends anything else', async () => {
    await using hosting = await new Hosting().open();
    const run = { line: 'work', mode: 'now' };
    const site = { 'sec-fetch-site': 'cross-site' };
    const origin = { origin: 'http://elsewhere.example' };
    const { status } = await fetch(`${hosting.url}/run`);
    const attempts = [
      await hosting.post('run', run, { ...JSON_TYPE, ...site }),
      await hosting.post('run', run, { ...JSON_TYPE, ...origin }),
      await hosting.post('run', run, { 'content-type': 'text/plain' }),
      await hosting.post('run', '{"line":'),
      await hosting.post('run', 'null'),
      await hosting.post('run', { ...run, line: 7 }),
      await hosting.post('run', { ...run, mode: 'later' }),
      await hosting.post('run', { line: 'work' }),
      await hosting.post('run', { ...run, line: 'x'.repeat(100_000) }),
      await hosting.post('act', { subject: 'job', action: 'other' }),
      await hosting.post('act', { action: 'stop' }),
      await hosting.post('act', { subject: 'job', action: 'move', choice: 'down' }),
      await hosting.post('act', { subject: 'job', action: 'stop', choice: 'up' }),
    ];
    expect(attempts.map((attempt) => attempt.status)).to.deep.equal([
      403, 403, 415, 400, 400, 400, 400, 400, 413, 400, 400, 400, 400,
    ]);
    expect(status).to.equal(405);
    expect(hosting.calls).to.deep.equal([]);
  });

  it('gives the output that is kept and then what comes, to its end', async () => {
    await using hosting = await new Hosting().open();
    hosting.output.write('stdout', Buffer.from('kept'));
    const response = await fetch(`${hosting.url}/output?subject=job`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => JSON.parse(String((await reader?.read())?.value));
    const said = (stream: string, words: string) => ({ stream, chunk: btoa(words) });
    expect(await next()).to.deep.equal(said('stdout', 'kept'));
    hosting.output.write('stderr', Buffer.from('new'));
    expect(await next()).to.deep.equal(said('stderr', 'new'));
    hosting.output.end();
    expect((await reader?.read())?.done).to.equal(true);
    expect((await fetch(`${hosting.url}/output?subject=other`)).status).to.equal(404);
    const head = await fetch(`${hosting.url}/output?subject=job`, { method: 'HEAD' });
    expect([head.status, await head.text()]).to.deep.equal([200, '']);
  });
});

describe('retained output', () => {
  const collect = async (output: RetainedOutput) => {
    const pieces: string[] = [];
    for await (const { bytes } of output.read(new AbortController().signal)) {
      pieces.push(Buffer.from(bytes).toString());
    }
    return pieces.join('');
  };

  it('keeps the end of what was written, however it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme-ascii' })), async (pieces) => {
        const output = new RetainedOutput(20);
        for (const piece of pieces) output.write('stdout', Buffer.from(piece));
        output.end();
        const whole = pieces.join('');
        const kept = await collect(output);
        expect(whole.endsWith(kept)).to.equal(true);
        expect(output.bytes).to.equal(kept.length).and.to.be.at.most(20);
        const last = pieces.findLast((piece) => piece !== '') ?? '';
        expect(kept.length).to.be.at.least(Math.min(20, last.length));
      }),
    );
  });

  it('gives every reader all that comes, and lets go of one that has left', async () => {
    const output = new RetainedOutput();
    const left = new AbortController();
    const leaving = output.read(left.signal).next();
    const reading = [collect(output), collect(output)];
    left.abort();
    expect(await leaving).to.deep.equal({ done: true, value: undefined });
    for (const word of ['one ', 'two ', 'three']) output.write('stdout', Buffer.from(word));
    output.end();
    expect(await Promise.all(reading)).to.deep.equal(['one two three', 'one two three']);
  });

  it('passes over what was forgotten before a slow reader came to it', async () => {
    const output = new RetainedOutput(4);
    const reader = output.read(new AbortController().signal);
    output.write('stdout', Buffer.from('a'));
    expect(Buffer.from((await reader.next()).value.bytes).toString()).to.equal('a');
    for (const letter of 'bcdefgh') output.write('stdout', Buffer.from(letter));
    output.end();
    const rest: string[] = [];
    for await (const { bytes } of reader) rest.push(Buffer.from(bytes).toString());
    expect(rest.join('')).to.equal('efgh');
  });
});
