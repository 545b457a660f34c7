import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { launch } from './chromium.js';
import { panFor } from './in-page/timeline.js';
import { PageServing } from './page-serving.js';

const REQUESTS = 5_000;
const HOURS = 3;
const FRAMES = 240;

describe('the page with 10,000 lifelines', () => {
  let browser: Browser;

  before(async () => {
    browser = await launch(['--disable-frame-rate-limit', '--disable-gpu-vsync']);
  });

  after(() => browser.close());

  it('can be panned; the median time of a frame is', async function () {
    const began = performance.now() - HOURS * 3_600_000;
    let now = began;
    await using serving = await PageServing.start({
      clock: { now: () => now, epochOffset: () => performance.timeOrigin },
    });
    const { telemetry } = serving;
    for (let index = 0; index < REQUESTS; index++) {
      now = began + (index / REQUESTS) * HOURS * 3_600_000;
      const request = telemetry.request({ id: index, method: 'process/start' });
      const process = request.run(() => telemetry.process({ id: `p${index}`, executable: 'sh' }));
      now += 4;
      request.settle({ result: 'success' });
      now += 500 * (1 + (index % 97));
      process.exited(index % 7 === 0 ? 3 : 0, null);
    }
    expect(serving.spans).to.have.length(2 * REQUESTS);
    now = performance.now();
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await page.goto(serving.url);
    await page.locator('#about', { hasText: /1000\d lifelines/ }).waitFor();
    await page.getByRole('button', { name: 'All' }).click();
    const times = await page.evaluate(panFor, FRAMES);
    const frames = times.slice(10).sort((a, b) => a - b);
    const share = (part: number) => frames[Math.floor(frames.length * part)]?.toFixed(1);
    if (this.test) this.test.title += ` ${share(0.5)} ms (p95 ${share(0.95)} ms)`;
    expect(await page.locator('#range').textContent()).to.match(/3 h \d\d min$/);
    await page.close();
  });
});
