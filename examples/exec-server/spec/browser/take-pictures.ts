import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launch } from '../../../../cli/spec/browser/chromium.js';

const MAIN = fileURLToPath(new URL('../../main.js', import.meta.url));
const PICTURES = fileURLToPath(new URL('../../../../../docs/pictures', import.meta.url));
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const server = spawn(process.execPath, [MAIN, '--listen', 'ws://127.0.0.1:0'], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
const browser = await launch();
try {
  mkdirSync(PICTURES, { recursive: true });
  const page = await browser.newPage({ viewport: DESKTOP, colorScheme: 'light' });
  await page.goto(await urlOf(server));
  await page.locator('#run:enabled').waitFor();
  await work(page);
  await take(page, 'page-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await take(page, 'page-dark');
  await page.setViewportSize(PHONE);
  await take(page, 'page-phone');
} finally {
  await browser.close();
  server.kill();
}

/** The second line of its stdout. */
async function urlOf(child: ChildProcess & { stdout: Readable }): Promise<string> {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return (await lines.next()).value;
}

async function work(page: Page): Promise<void> {
  await run(page, 'sleep 600', 'direct', 1_000);
  await run(page, 'node --version', 'direct', 1_500);
  await run(page, 'for part in fetch unpack link; do echo $part; sleep 1.5; done', 'shell', 2_500);
  await run(page, 'grep -rn needle package.json', 'direct', 1_500);
  await run(page, 'no-such-tool --version', 'direct', 1_500);
  await page.locator('#command-line').fill('');
  await run(page, 'sleep 120', 'shell', 3_500);
  await page.getByRole('button', { name: 'Terminate' }).click();
  await page.waitForTimeout(1_500);
  await run(page, 'git log --oneline | head -3', 'shell', 2_000);
  const build = 'for n in $(seq 1 200); do echo "[$n/200] compiling module $n"; sleep 0.4; done';
  await run(page, build, 'shell', 5_000);
}

async function run(page: Page, command: string, mode: string, millis: number): Promise<void> {
  await page.locator(`[name=mode][value=${mode}]`).check({ force: true });
  await page.locator('#command-line').fill(command);
  await page.locator('#command-line').press('Enter');
  await page.waitForTimeout(millis);
}

async function take(page: Page, name: string): Promise<void> {
  await page.locator('#command-error').evaluate((element) => element.replaceChildren());
  await page.waitForTimeout(1_000);
  const picture = await page.screenshot();
  writeFileSync(`${PICTURES}/${name}.png`, picture);
  process.stdout.write(`${PICTURES}/${name}.png: ${picture.length} bytes\n`);
}
