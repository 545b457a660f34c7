import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launch } from './chromium.js';
import { traceIdOf } from './programs.js';
import { converse, runOneCommand, workForAnHour } from './scenes.js';
import { Viewing } from './viewing.js';

/*
 * Takes pictures of the page as `otel-exec view` has it: the one of the documents, and with a folder as an argument
 * everything that it can look like, to be looked at.
 */

const [folder] = process.argv.slice(2);
const DOCUMENTS = fileURLToPath(new URL('../../../../docs/pictures', import.meta.url));
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const HINT = [
  'npx otel-exec-cli run -- make test',
  'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 node server.js',
];
const CONVERSATION = 17_000;

const browser = await launch();
try {
  const path = folder ?? DOCUMENTS;
  mkdirSync(path, { recursive: true });
  const take = (name: string, page: Page) => save(`${path}/${name}.png`, page);
  if (folder !== undefined) await takeEverything(take);
  else {
    await conversation('light', (page) => take('view', page));
    await conversation('dark', (page) => take('view-dark', page));
  }
} finally {
  await browser.close();
}

type Take = (name: string, page: Page) => Promise<void>;

async function takeEverything(take: Take): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await show(
      scheme,
      () => {},
      (page) => take(`empty-${scheme}`, page),
    );
    await show(
      scheme,
      ({ page }) => runOneCommand(page.intake, Date.now() - 12_000),
      (page) => take(`command-${scheme}`, page),
    );
    await conversation(scheme, (page) => take(`trace-${scheme}`, page));
    await conversation(scheme, async (page) => {
      await page.getByRole('button', { name: '← Lifelines' }).click();
      await take(`conversation-${scheme}`, page);
    });
    await show(
      scheme,
      ({ page }) => workForAnHour(page.intake, Date.now()),
      async (page) => {
        await page.getByRole('button', { name: 'All', exact: true }).click();
        await take(`many-${scheme}`, page);
      },
    );
    await conversation(scheme, (page) => take(`phone-trace-${scheme}`, page), PHONE);
    await show(
      scheme,
      ({ page }) => converse(page.intake, Date.now() - CONVERSATION),
      (page) => take(`phone-${scheme}`, page),
      PHONE,
    );
    await show(
      scheme,
      () => {},
      (page) => take(`phone-empty-${scheme}`, page),
      PHONE,
    );
  }
}

async function conversation(
  scheme: 'light' | 'dark',
  work: (page: Page) => Promise<void>,
  viewport = DESKTOP,
): Promise<void> {
  await show(
    scheme,
    ({ page }) => converse(page.intake, Date.now() - CONVERSATION),
    async (page) => {
      await page.goto(`${page.url()}#trace=${traceIdOf(2)}`);
      await page.locator('#trace-rows .row', { hasText: 'tools/call search' }).first().click();
      await work(page);
    },
    viewport,
  );
}

async function show(
  colorScheme: 'light' | 'dark',
  feed: (viewing: Viewing) => void,
  work: (page: Page) => Promise<void>,
  viewport = DESKTOP,
): Promise<void> {
  await using viewing = await Viewing.open({ hint: HINT });
  feed(viewing);
  const page = await (browser as Browser).newPage({ viewport, colorScheme });
  await page.goto(viewing.url);
  await page.locator('#connection[data-state=live]').waitFor();
  await work(page);
  await page.close();
}

async function save(path: string, page: Page): Promise<void> {
  await page.waitForTimeout(800);
  const picture = await page.screenshot();
  writeFileSync(path, picture);
  process.stdout.write(`${path}: ${picture.length} bytes\n`);
}
