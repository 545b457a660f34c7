import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { Shop } from '../shop.js';
import { launch } from './chromium.js';
import { panFor } from './in-page/timeline.js';

const ORDERS = 5_000;
const HOURS = 3;
const FRAMES = 240;

describe('the page with 10,000 lifelines', () => {
  let browser: Browser;

  before(async () => {
    browser = await launch(['--disable-frame-rate-limit', '--disable-gpu-vsync']);
  });

  after(() => browser.close());

  it('can be panned; the median time of a frame is', async function () {
    await using shop = await Shop.open();
    const began = Date.now() - HOURS * 3_600_000;
    for (let index = 0; index < ORDERS; index++) {
      const startTime = began + (index / ORDERS) * HOURS * 3_600_000;
      const request = shop.tracer.startSpan('order', { startTime }, ROOT_CONTEXT);
      const within = trace.setSpan(ROOT_CONTEXT, request);
      const delivery = shop.tracer.startSpan('deliver', { startTime: startTime + 1 }, within);
      request.end(startTime + 4);
      if (index % 7 === 0) delivery.setStatus({ code: 2 });
      delivery.end(startTime + 500 * (1 + (index % 97)));
    }
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await page.goto(`${shop.origin}/`);
    await page.locator('#about', { hasText: '10000 lifelines' }).waitFor();
    await page.getByRole('button', { name: 'All' }).click();
    const times = await page.evaluate(panFor, FRAMES);
    const frames = times.slice(10).sort((a, b) => a - b);
    const share = (part: number) => frames[Math.floor(frames.length * part)]?.toFixed(1);
    if (this.test) this.test.title += ` ${share(0.5)} ms (p95 ${share(0.95)} ms)`;
    expect(await page.locator('#range').textContent()).to.match(/3 h \d\d min$/);
    await page.close();
  });
});
