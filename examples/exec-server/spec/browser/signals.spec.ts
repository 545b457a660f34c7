import { expect } from 'chai';
import { formatLine } from 'otel-exec/lines';
import { clipboard, focusedId } from '../../../../cli/spec/browser/in-page/timeline.js';
import { OpenPage } from '../../../../cli/spec/browser/open-page.js';
import { PageServing } from './page-serving.js';

const ACTIVE = 'figure:has(h2:text-is("Active")) .now';
const RATES = 'figure:has(h2:text-is("Per second")) .now';
const DURATIONS = 'figure:has(h2:text-is("Process duration")) .now';

describe('the page, showing signals', () => {
  it('filters event lines by directives, and names a bad one', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    await open.run('exit 0');
    await open.badge('success');
    const filter = open.page.getByLabel('Filter');
    const shown = () => open.page.locator('#event-list .row .name').allTextContents();
    const request = 'codex.exec_server_request';
    const process = 'codex.exec_server_process';
    await open.says('#event-count', '3 of 4');
    expect(await shown()).to.have.members([process, request, request]);
    await filter.fill('codex_exec_server=debug');
    await open.says('#event-count', /^4$/);
    expect(await shown()).to.have.members([process, request, `${process}_started`, request]);
    await filter.fill('info,codex_exec_server::telemetry=warn');
    await open.says('#event-count', '0 of 4');
    await filter.fill('info,codex_exec_server::telemetry=loud');
    await open.says('#filter-error', '"codex_exec_server::telemetry=loud"');
    expect(await filter.getAttribute('aria-invalid')).to.equal('true');
    await filter.fill('');
    await open.says('#event-count', '3 of 4');
    expect(await open.page.locator('#filter-error').textContent()).to.equal('');
  });

  it('copies an event line and a trace id as they are exported', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await open.connected();
    await open.run('exit 0');
    await open.badge('success');
    const copied = () => open.page.evaluate(clipboard);
    await open.page.getByRole('button', { name: 'Copy trace id' }).click();
    const span = serving.ended('exec_server.process');
    expect(await copied()).to.equal(span.spanContext().traceId);
    await open.page.getByRole('button', { name: 'Copy event line' }).first().click();
    const record = serving.records.at(-1);
    expect(await copied()).to.equal(record && formatLine(record));
  });

  it('shows counts and percentiles from the real instruments', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    await open.says(ACTIVE, 'processes –');
    await open.run('sleep 1.5');
    await open.says(ACTIVE, 'processes 1');
    await open.badge('success');
    await open.says(DURATIONS, /p50 1\.8 s.*p95 2\.4 s.*p99 2\.5 s/);
    await open.says(RATES, /processes 0\.[1-9]/);
    await open.says(ACTIVE, 'processes 0');
  });

  it('can be used with the keyboard alone', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    const { keyboard } = open.page;
    expect(await open.page.evaluate(focusedId)).to.equal('command-line');
    await keyboard.type('sleep 60');
    await keyboard.press('Enter');
    await open.badge('running');
    const focus = async (id: string) => {
      for (let presses = 0; presses < 30; presses++) {
        if ((await open.page.evaluate(focusedId)) === id) return;
        await keyboard.press('Tab');
      }
      throw new Error(`#${id} can't be reached with Tab`);
    };
    await focus('lifelines-area');
    await keyboard.press('ArrowUp');
    await open.says('#details .title', 'process/start');
    await open.says('#announcement', /process\/start, success/);
    await keyboard.press('ArrowDown');
    await open.says('#details .title', 'sleep 60');
    const before = await open.pixelsPerMilli();
    await keyboard.press('+');
    await open.says('#range', '42.0 s');
    expect(await open.pixelsPerMilli()).to.be.above(before);
    await keyboard.press('ArrowLeft');
    await open.page.locator('#live[aria-pressed=false]').waitFor();
    await keyboard.press('End');
    await open.page.locator('#live[aria-pressed=true]').waitFor();
    await keyboard.press('Enter');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await open.badge('terminated');
    await focus('event-list');
    await keyboard.press('Home');
    await keyboard.press('ArrowDown');
    expect(await open.page.locator('.row[aria-selected=true]').count()).to.equal(1);
    expect(open.faults).to.deep.equal([]);
  });
});
