import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { launch } from './chromium.js';
import { panFor } from './in-page/timeline.js';
import { workForAnHour } from './scenes.js';
import { Viewing } from './viewing.js';

const FRAMES = 240;

describe('the page with 20,000 lifelines of three services in an hour', () => {
  let browser: Browser;

  before(async () => {
    browser = await launch(['--disable-frame-rate-limit', '--disable-gpu-vsync']);
  });

  after(() => browser.close());

  it('can be panned; the median time of a frame is', async function () {
    await using viewing = await Viewing.open();
    workForAnHour(viewing.page.intake, Date.now());
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await page.goto(viewing.url);
    await page.locator('#about', { hasText: '20000 lifelines' }).waitFor();
    await page.getByRole('button', { name: 'All', exact: true }).click();
    const times = await page.evaluate(panFor, FRAMES);
    const frames = times.slice(10).sort((a, b) => a - b);
    const share = (part: number) => frames[Math.floor(frames.length * part)]?.toFixed(1);
    if (this.test) this.test.title += ` ${share(0.5)} ms (p95 ${share(0.95)} ms)`;
    expect(await page.locator('#range').textContent()).to.match(/1 h \d\d min$/);
    await page.close();
  });
});
