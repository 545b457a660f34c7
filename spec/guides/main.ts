import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isCommand, readGuide } from './guide.js';
import { type Packed, pinCommand, SDK_LINES } from './packages.js';
import { walk } from './walk.js';

/*
 * Walks through README.md and every guide, from an empty folder with the packed packages, on both lines of the SDK.
 */

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'otel-exec-guides-'));

function guides(): string[] {
  const names = existsSync(join(root, 'docs/guides')) ? readdirSync(join(root, 'docs/guides')) : [];
  return [
    'README.md',
    ...names.filter((name) => name.endsWith('.md')).map((name) => `docs/guides/${name}`),
  ];
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function pack(): Packed {
  const args = [
    'pack',
    '--json',
    '--ignore-scripts',
    '--loglevel=error',
    '--pack-destination',
    folder,
  ];
  const packed = JSON.parse(npm(root, ...args, '-w', 'otel-exec', '-w', 'otel-exec-cli'));
  const named = (packed as { name: string; filename: string }[]).map(({ name, filename }) => [
    name,
    join(folder, filename),
  ]);
  const tarballs = Object.fromEntries(named) as Record<string, string>;
  const home = mkdtempSync(join(folder, 'cli-'));
  writeFileSync(join(home, 'package.json'), '{ "private": true }');
  npm(
    home,
    'install',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--prefer-offline',
    ...Object.values(tarballs),
  );
  return { tarballs, cli: join(home, 'node_modules/otel-exec-cli/bin/otel-exec.js') };
}

describe('a document, followed from an empty folder', function () {
  this.timeout(300_000);
  let packed: Packed;

  before(() => {
    packed = pack();
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of guides()) {
    const blocks = readGuide(readFileSync(join(root, name), 'utf8'));
    const left = blocks.filter(({ directive }) => directive.notRun !== undefined);
    const ran = blocks.filter(
      (block) => isCommand(block.language) && block.directive.notRun === undefined,
    );
    for (const line of SDK_LINES) {
      it(`${name} works as written, with ${line.title}: ${ran.length} commands, ${left.length} blocks left out`, async () => {
        const app = mkdtempSync(join(folder, 'app-'));
        await walk(blocks, app, (command) => pinCommand(command, line, packed));
      });
    }
  }
});
