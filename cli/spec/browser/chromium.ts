import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const HOW_TO_GET_IT = `no Chromium was found, so the browser tests are skipped.
Install it (Debian: apt-get install chromium) or name it in CHROMIUM=/path/to/chromium.`;

let running: Promise<Browser> | undefined;

/** The browser that all tests share. */
export function browser(): Promise<Browser> {
  running ??= launch();
  return running;
}

/** Starts a browser. @param flags beside those that every test needs */
export function launch(flags: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(HOW_TO_GET_IT);
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}

/** Where a Chromium is, if there is one. */
export function findChromium(): string | undefined {
  const { CHROMIUM, PATH = '' } = process.env;
  if (CHROMIUM !== undefined) return CHROMIUM;
  const places = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return places.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Skips everything where there is no browser, but not where there must be one. */
export const mochaHooks = {
  beforeAll(this: Mocha.Context) {
    if (findChromium() !== undefined) return;
    if (process.env.CI === 'true') throw new Error(HOW_TO_GET_IT);
    process.stderr.write(`${HOW_TO_GET_IT}\n`);
    this.skip();
  },
  async afterAll() {
    await (await running)?.close();
  },
};
