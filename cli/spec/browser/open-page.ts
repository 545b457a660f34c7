import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect } from 'chai';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { browser } from './chromium.js';
import { detailsOf, nextFrame, pixelsPerMilli, type Stroke, strokeOf } from './in-page/timeline.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A desktop's, a tablet's and a phone's, pixels. */
export const SIZES = [
  { width: 1280, height: 860 },
  { width: 820, height: 1180 },
  { width: 390, height: 844 },
];

/** The page, open in a browser of its own state. */
export class OpenPage implements AsyncDisposable {
  readonly page: Page;
  /** What went wrong in it. */
  readonly faults: readonly string[];

  private constructor(page: Page, faults: readonly string[]) {
    this.page = page;
    this.faults = faults;
  }

  static async open(url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
    const context = await (await browser()).newContext({
      viewport: { width: 1280, height: 860 },
      deviceScaleFactor: 1,
      ...options,
    });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        faults.push(message.text());
      }
    });
    await page.goto(url);
    return new OpenPage(page, faults);
  }

  /** Waits until the page shows what its program says. */
  async connected(): Promise<this> {
    await this.page.locator('#connection[data-state=live]').waitFor();
    return this;
  }

  /** Types a command and presses Enter, where there is a command bar. */
  async run(command: string, mode = 'shell'): Promise<void> {
    await this.page.locator('#run:enabled').waitFor();
    await this.page.locator(`[name=mode][value=${mode}]`).check({ force: true });
    await this.page.locator('#command-line').fill(command);
    await this.page.locator('#command-line').press('Enter');
  }

  /** Waits until the details say what became of what is selected. */
  async badge(text: string): Promise<void> {
    await this.page.locator('#details .badge', { hasText: text }).waitFor();
  }

  /** Waits until an element has a text. */
  async says(selector: string, text: string | RegExp): Promise<void> {
    await this.page.locator(selector).filter({ hasText: text }).first().waitFor();
  }

  /** The longest row of the timeline from the first to the last pixel of a colour of the style sheet. */
  stroke(colour: string): Promise<Stroke> {
    return this.page.evaluate(strokeOf, colour);
  }

  /** Waits until a colour covers more than so many pixels of a row. */
  async grown(colour: string, beyond: number): Promise<Stroke> {
    const deadline = performance.now() + 20_000;
    for (;;) {
      const stroke = await this.stroke(colour);
      if (stroke.width > beyond) return stroke;
      expect(performance.now(), `${colour} wider than ${beyond}`).to.be.below(deadline);
      await this.page.evaluate(nextFrame);
    }
  }

  /** Pixels that a millisecond has in the timeline. */
  pixelsPerMilli(): Promise<number> {
    return this.page.evaluate(pixelsPerMilli);
  }

  /** What stands in the way of people who can't see or point well, as axe-core finds it: serious things alone. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(axe);
    const results = (await this.page.evaluate('axe.run()')) as AxeResults;
    return results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  /** What the details say about the span, by name. */
  attributes(): Promise<Record<string, string | undefined>> {
    return this.page.evaluate(detailsOf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
  }
}
