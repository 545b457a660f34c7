import { expect } from 'chai';
import { OpenPage } from '../../../../cli/spec/browser/open-page.js';
import { isAlive } from '../is-alive.js';
import { millisOf, PageServing } from './page-serving.js';

const PROCESS = 'exec_server.process';
const PROCESS_EVENT = 'codex.exec_server_process';

describe('the page, running commands', () => {
  it('shows a bar that grows while the process lives and ends in the right colour and length', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    for (let times = 0; times < 2; times++) await open.page.locator('#zoom-in').click();
    await open.run('echo begun; sleep 1.5; echo done');
    const young = await open.grown('--running', 8);
    const older = await open.grown('--running', young.width + 20);
    await open.says('#details .when', 'still running since');
    expect(serving.spans.map(({ name }) => name)).to.deep.equal(['initialize', 'process/start']);
    await open.badge('success');
    const span = serving.ended(PROCESS);
    const wanted = millisOf(span) * (await open.pixelsPerMilli());
    const ended = await open.grown('--success', older.width);
    expect(ended.width).to.be.within(wanted - 4, wanted + 4);
    expect(await open.stroke('--running')).to.include({ width: 0 });
    expect(await open.page.locator('#details .clock').textContent()).to.equal(
      `${(millisOf(span) / 1_000).toFixed(2)} s`,
    );
    expect(await open.page.locator('pre.output').textContent()).to.equal('begun\ndone\n');
    const { traceId, spanId } = span.spanContext();
    expect(await open.attributes()).to.deep.equal({
      name: PROCESS,
      kind: 'INTERNAL',
      status: 'UNSET',
      ...Object.fromEntries(Object.entries(span.attributes).map(([k, v]) => [k, String(v)])),
      'trace id': traceId,
      'span id': spanId,
      'parent id': span.parentSpanContext?.spanId,
    });
    expect(serving.spans.map(({ name }) => name)).to.deep.equal([
      'initialize',
      'process/start',
      PROCESS,
    ]);
    expect(serving.records.map(({ eventName }) => eventName)).to.have.members([
      'codex.exec_server_request',
      `${PROCESS_EVENT}_started`,
      'codex.exec_server_request',
      PROCESS_EVENT,
    ]);
    expect(open.faults).to.deep.equal([]);
  });

  it('shows a failure', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    for (let times = 0; times < 3; times++) await open.page.locator('#zoom-in').click();
    await open.run('echo oh no >&2; sleep 0.5; exit 3');
    await open.badge('error');
    const span = serving.ended(PROCESS);
    const { width } = await open.grown('--error', 20);
    const wanted = millisOf(span) * (await open.pixelsPerMilli());
    expect(width).to.be.within(wanted - 8, wanted + 8);
    expect(await open.attributes()).to.include({
      status: 'ERROR',
      'process.exit.code': '3',
      'error.type': '3',
    });
    expect(await open.page.locator('pre.output .stderr').textContent()).to.equal('oh no\n');
    expect(serving.records.at(-1)?.attributes).to.include({ result: 'error', 'error.type': '3' });
  });

  it('shows what could not be started, and says why', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    await open.run('no-such-program --at all', 'direct');
    await open.badge('not started');
    await open.says('#command-error', 'no-such-program --at all:');
    await open.says('#command-error', /no such file/i);
    expect(await open.page.locator('#command-line').inputValue()).to.equal(
      'no-such-program --at all',
    );
    expect(await open.attributes()).to.include({ status: 'ERROR', 'error.type': 'ENOENT' });
    expect(serving.spans.map(({ name }) => name)).to.deep.equal([
      'initialize',
      PROCESS,
      'process/start',
    ]);
  });

  it('terminates a process', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    await open.run('sleep 60', 'direct');
    await open.badge('running');
    await open.says('#details dl', 'process.pid');
    const pid = Number((await open.attributes())['process.pid']);
    expect(isAlive(pid)).to.equal(true);
    await open.page.getByRole('button', { name: 'Terminate' }).click();
    await open.badge('terminated');
    expect(isAlive(pid)).to.equal(false);
    expect(await open.page.getByRole('button', { name: 'Terminate' }).count()).to.equal(0);
    const told = serving.records.findLast(({ eventName }) => eventName === PROCESS_EVENT);
    expect(told?.attributes).to.include({ result: 'terminated' });
    expect((await open.grown('--terminated', 2)).width).to.be.above(2);
  });

  it('sends a signal', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    await open.run("trap 'echo told; exit 0' USR1; echo ready; while :; do sleep 0.05; done");
    await open.says('pre.output', 'ready');
    await open.page.getByLabel('Send signal: which').selectOption('user1');
    await open.page.getByRole('button', { name: 'Send signal' }).click();
    await open.says('pre.output', 'told');
    await open.badge('success');
  });

  it('gives a terminal to a command that wants one', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    await open.run("test -t 1 && printf '\\033[31mred\\033[0m\\r\\nnext\\rN'", 'terminal');
    await open.badge('success');
    await open.says('pre.output', 'N');
    expect(await open.page.locator('pre.output').textContent()).to.equal('red\nN\n');
  });

  it('shows a script tag in a command and in its output as text', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    const evil =
      '<script>document.title = "owned"</script><img src="x" onerror="document.title=1">';
    await open.run(`echo '${evil}'`);
    await open.badge('success');
    await open.says('pre.output', evil);
    await open.page.locator('#lifelines').hover({ position: { x: 600, y: 60 } });
    expect(await open.page.locator('pre.output').textContent()).to.equal(`${evil}\n`);
    expect(await open.page.locator('#details .title').textContent()).to.equal(`echo '${evil}'`);
    expect(await open.page.locator('main script, main img').count()).to.equal(0);
    expect(await open.page.title()).to.equal('exec-server, live');
    expect(open.faults).to.deep.equal([]);
  });
});
