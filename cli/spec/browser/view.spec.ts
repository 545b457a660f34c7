import { expect } from 'chai';
import { pageWidth } from './in-page/timeline.js';
import { OpenPage, SIZES } from './open-page.js';
import { idOf, SendingProgram, traceIdOf } from './programs.js';
import { converse, runOneCommand } from './scenes.js';
import { Viewing } from './viewing.js';

const HINT = ['npx otel-exec-cli run -- make test', 'ENDPOINT=http://127.0.0.1:4318 node app.js'];
const AGO = 20_000;

/** A page in which an agent has conversed, and who reads it. */
async function conversed(viewing: Viewing): Promise<OpenPage> {
  converse(viewing.page.intake, Date.now() - AGO);
  const open = await (await OpenPage.open(viewing.url)).connected();
  await open.says('#about', '11 lifelines');
  return open;
}

describe('the page of whatever sends OTLP', () => {
  it('says plainly that nothing has come, and how something can be sent, until it has', async () => {
    await using viewing = await Viewing.open({ hint: HINT });
    await using open = await OpenPage.open(viewing.url);
    await open.connected();
    await open.says('#empty', 'Nothing has come yet');
    expect(await open.page.locator('#empty code').allTextContents()).to.deep.equal(HINT);
    expect(await open.page.locator('form#command').count()).to.equal(0);
    runOneCommand(viewing.page.intake, Date.now() - 9_000);
    await open.says('#about', '1 lifeline');
    await open.page.locator('#empty').waitFor({ state: 'hidden' });
    expect((await open.grown('--success', 10)).width).to.be.above(10);
    expect(open.faults).to.deep.equal([]);
  });

  it('opens a trace as one picture of all its services, with its events beside it', async () => {
    await using viewing = await Viewing.open();
    await using open = await conversed(viewing);
    await open.says('#event-count', '5 of 6');
    await open.page.getByRole('button', { name: 'invoke_agent coder' }).click();
    await open.says('#trace-about', '11 spans · 2 services');
    await open.says('#trace-failed', '2 failed');
    const rows = await open.page.locator('#trace-rows .row').evaluateAll((all) =>
      all.map((row) => {
        const text = (part: string) => row.querySelector(part)?.textContent;
        return [row.ariaLevel, text('.name'), text('.service')].join(' ');
      }),
    );
    expect(rows).to.deep.equal([
      '1 invoke_agent coder agent',
      '2 chat gpt-5 agent',
      '2 tools/call search agent',
      '3 tools/call search tool-server',
      '2 tools/call read agent',
      '3 tools/call read tool-server',
      '2 chat gpt-5 agent',
      '2 tools/call build agent',
      '3 tools/call build tool-server',
      '4 cargo tool-server',
      '2 chat gpt-5 agent',
    ]);
    await open.says('#event-count', '4 of 6');
    await open.page.locator('#trace-rows .row', { hasText: 'tools/call read' }).last().click();
    await open.badge('error');
    await open.says('#details .relatives', 'Started by ✕ tools/call read');
    expect(await open.attributes()).to.include({ service: 'tool-server', kind: 'SERVER' });
    await open.page.goBack();
    await open.page.locator('#timeline').waitFor();
    await open.says('#event-count', '5 of 6');
    expect(open.faults).to.deep.equal([]);
  });

  it('can be used with the keyboard alone, also in a trace', async () => {
    await using viewing = await Viewing.open();
    await using open = await conversed(viewing);
    const { keyboard } = open.page;
    await keyboard.press('/');
    await keyboard.type('gen_ai.tool.name=build');
    await keyboard.press('Enter');
    await open.says('#found', '2 found');
    await open.says('#announcement', 'cargo, tool-server, running');
    await keyboard.press('Escape');
    await open.page.locator('#lifelines-area').focus();
    await keyboard.press('Enter');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await open.says('#trace-about', '11 spans');
    await keyboard.press('Home');
    await open.says('#details .title', 'invoke_agent coder');
    for (let times = 0; times < 2; times++) await keyboard.press('ArrowDown');
    await open.says('#details .title', 'tools/call search');
    expect(await open.page.locator('#trace-rows').getAttribute('aria-activedescendant')).to.equal(
      await open.page.locator('#trace-rows [aria-selected=true]').getAttribute('id'),
    );
    await keyboard.press('Escape');
    await open.page.locator('#timeline').waitFor();
  });

  it('shows what is open from its start event on, joined to what started it, until its span comes', async () => {
    await using viewing = await Viewing.open();
    await using open = await OpenPage.open(viewing.url);
    await open.connected();
    const server = new SendingProgram(
      viewing.page.intake,
      'server',
      traceIdOf(1),
      Date.now() - 5_000,
    );
    server.event('cargo', 'child_process.start', 100, { 'process.executable.name': 'cargo' }, 5);
    await open.says('#details .running', 'cargo');
    await open.page.getByRole('button', { name: 'cargo' }).first().click();
    await open.badge('running');
    await open.says('#details', 'Its events tell of it');
    server.span({ id: 'start', name: 'process/start', kind: 2, at: 0, lasts: 300 });
    await open.says('#details .relatives', 'Started by ✓ process/start');
    server.span({ id: 'cargo', parent: 'start', name: 'cargo', at: 100, lasts: 4_000 });
    await open.badge('success');
    await open.says('#details .clock', '4.00 s');
    await open.says('#about', '2 lifelines');
  });

  it('shows as lost what misses its heartbeats, and what the next start of its host tells of', async () => {
    await using viewing = await Viewing.open();
    await using open = await OpenPage.open(viewing.url);
    await open.connected();
    const hour = 3_600_000;
    const host = new SendingProgram(viewing.page.intake, 'host', traceIdOf(1), Date.now() - hour);
    const beat = { 'process.executable.name': 'silent', age_ms: 1_000 };
    host.event('silent', 'child_process.running', 1_000, beat);
    await open.says('#legend', 'end not seen');
    await open.page.getByLabel('Search').fill('silent');
    await open.page.getByLabel('Search').press('Enter');
    await open.badge('end not seen');
    host.event('orphan', 'child_process.start', 0, { 'process.executable.name': 'orphan' });
    const attributes = { 'error.type': 'host_lost' };
    host.span({ id: 'told', parent: 'orphan', name: 'orphan', at: 0, lasts: 9_000, attributes });
    await open.page.getByLabel('Search').fill(idOf('orphan'));
    await open.page.getByLabel('Search').press('Enter');
    await open.badge('end not seen');
    await open.says('#details .clock', '9.00 s');
  });

  it('finds spans and event lines by name, attribute and id', async () => {
    await using viewing = await Viewing.open();
    await using open = await conversed(viewing);
    const box = open.page.getByLabel('Search');
    for (const [text, groups, events] of [
      ['mcp.method.name=tools/call', '4 found', '0 of 6'],
      ['tool-server error', '1 found', '1 of 6'],
      [idOf('cargo').toUpperCase(), '1 found', '1 of 6'],
      ['context window', '0 found', '1 of 6'],
      ['.*', '0 found', '0 of 6'],
    ] as const) {
      await box.fill(text);
      await box.press('Enter');
      await open.says('#found', new RegExp(`^${groups}$`));
      await open.says('#event-count', events);
    }
    await open.says('#nothing-found', 'No span is found');
    await box.press('Escape');
    await open.page.locator('#nothing-found').waitFor({ state: 'hidden' });
    await open.says('#event-count', '5 of 6');
  });

  it('charts what each sender measures', async () => {
    await using viewing = await Viewing.open();
    await using open = await conversed(viewing);
    await open.says('figure:has(h2[title="gen_ai.client.token.usage · agent"]) .now', /[34]\d/);
    expect(await open.page.locator('#charts h2').allTextContents()).to.deep.equal([
      'gen_ai.client.operation.duration · agent',
      'mcp.server.operation.duration · tool-server',
      'child_process.active · tool-server',
      'gen_ai.client.token.usage · agent',
    ]);
    const agent = new SendingProgram(viewing.page.intake, 'agent', traceIdOf(3), Date.now() - AGO);
    agent.count('agent.turns', 1_000, 1);
    await open.page.getByRole('button', { name: 'All 5 charts' }).click();
    await open.says('#charts h2', 'agent.turns · agent');
  });

  it('says what a span is linked with', async () => {
    await using viewing = await Viewing.open();
    await using open = await OpenPage.open(viewing.url);
    await open.connected();
    const start = Date.now() - AGO;
    const queue = new SendingProgram(viewing.page.intake, 'queue', traceIdOf(1), start);
    const worker = new SendingProgram(viewing.page.intake, 'worker', traceIdOf(2), start);
    queue.span({ id: 'put', name: 'send job', kind: 4, at: 0, lasts: 500 });
    const link = (id: string) => ({ traceId: traceIdOf(1), spanId: idOf(id), attributes: {} });
    const links = [link('put'), link('unknown')];
    worker.span({ id: 'take', name: 'process job', kind: 5, at: 4_000, lasts: 900, links });
    await open.page.getByRole('button', { name: 'process job' }).click();
    await open.page.getByLabel('Search').fill('process job');
    await open.page.getByLabel('Search').press('Enter');
    await open.says('#details .relatives', 'Linked with ✓ send job');
    await open.says('#details .relatives', 'Linked with 1 that the page does not know');
  });

  it('keeps what it has when a program starts anew, and tells nothing twice when the connection was lost', async () => {
    await using viewing = await Viewing.open();
    await using open = await conversed(viewing);
    const start = Date.now() - 3_000;
    const next = new SendingProgram(viewing.page.intake, 'agent', traceIdOf(9), start, 'two');
    next.span({ id: 'again', name: 'invoke_agent coder', at: 0, lasts: 900 });
    await open.says('#about', '12 lifelines');
    viewing.disconnect();
    await open.says('#connection', 'Connection lost');
    next.log('back again', 1_000, 9, 'agent');
    await open.connected();
    await open.says('#event-count', '6 of 7');
    await open.says('#about', '12 lifelines');
    const { port } = viewing;
    viewing.close();
    await open.says('#banner', 'The connection to the server is lost');
    await using _ = await Viewing.open({}, port);
    await open.says('#banner', 'The server was restarted');
    await open.says('#about', '12 lifelines');
    await open.says('#event-count', '6 of 7');
  });

  it('shows every name and value as text', async () => {
    const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await using viewing = await Viewing.open();
    await using open = await OpenPage.open(viewing.url);
    await open.connected();
    const { intake } = viewing.page;
    const program = new SendingProgram(intake, evil, traceIdOf(1), Date.now() - 5_000);
    const other = new SendingProgram(intake, '__proto__', traceIdOf(1), Date.now() - 5_000);
    const events = [{ name: evil, at: 10 }];
    program.span({
      id: 'evil',
      name: evil,
      at: 0,
      lasts: 900,
      attributes: { [evil]: evil },
      events,
    });
    program.event('evil', evil, 10, { [evil]: evil, __proto__: evil });
    program.count(evil, 900, 3);
    other.span({ id: '__proto__', parent: 'evil', name: '__proto__', at: 0, lasts: 9 });
    await open.page.getByRole('button', { name: evil }).first().click();
    await open.page.locator('#trace-rows .row').first().click();
    await open.says('#details .title', evil);
    await open.says('#event-list', evil);
    await open.says('#trace-rows', '__proto__');
    expect(await open.page.locator('main img, main script').count()).to.equal(0);
    expect(await open.page.title()).to.equal('otel-exec view, live');
    expect(open.faults).to.deep.equal([]);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious accessibility violation: empty, full, a trace, at any width (${colorScheme})`, async () => {
      await using viewing = await Viewing.open({ hint: HINT });
      await using open = await OpenPage.open(viewing.url, { colorScheme, reducedMotion: 'reduce' });
      await open.connected();
      const look = async (state: string) => {
        for (const size of SIZES) {
          await open.page.setViewportSize(size);
          expect(await open.violations(), `${state}, ${size.width} pixels`).to.deep.equal([]);
          expect(await open.page.evaluate(pageWidth), state).to.be.at.most(size.width);
        }
      };
      await look('empty');
      converse(viewing.page.intake, Date.now() - AGO);
      await open.says('figure:has(h2[title="child_process.active · tool-server"]) .now', '1');
      await look('full');
      await open.page.getByRole('button', { name: 'invoke_agent coder' }).click();
      await open.page.locator('#trace-rows .row', { hasText: 'tools/call read' }).first().click();
      await open.badge('error');
      await look('a trace');
    });
  }
});
