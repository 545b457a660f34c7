import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { buildSync } from 'esbuild';
import { ProgramFolder, textOf } from '../instrumentation/program-folder.js';
import { ended } from './program.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

describe('otel-exec/register, wherever it is', () => {
  it('inside of a CommonJS bundle works, as the rest of the bundle does', async () => {
    using folder = new ProgramFolder();
    const { outputFiles } = buildSync({
      stdin: {
        contents: `
          import 'otel-exec/register';
          import { execFileSync } from 'node:child_process';
          execFileSync('sh', ['-c', ':']);
          console.log('ran');
          process.disconnect();
        `,
        resolveDir: repository,
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
      logLevel: 'silent',
    });
    const child = folder.start('bundle.cjs', outputFiles[0]?.text ?? '', []);
    const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
    expect(stdout).to.equal('ran\n');
    expect(stderr).to.not.include('could not start');
    const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.map((line) => JSON.parse(line).fields['event.name'])).to.deep.equal([
      'child_process.exit',
    ]);
  });

  it('by the NODE_OPTIONS of the guide observes a child whose folder has no packages at all', async () => {
    const guide = readFileSync(join(repository, 'docs/guides/operating.md'), 'utf8');
    const [line] = /^export NODE_OPTIONS=.*$/m.exec(guide) ?? [];
    const script = `${line} && printf %s "$NODE_OPTIONS"`;
    const NODE_OPTIONS = execFileSync('sh', ['-c', script], { cwd: repository, encoding: 'utf8' });
    expect(NODE_OPTIONS).to.match(/^--import file:\/\/\S+\/dist\/register\.js$/);
    const folder = mkdtempSync(join(tmpdir(), 'otel-exec-nowhere-'));
    try {
      const program = `require('child_process').execFileSync('sh', ['-c', ':']); console.log('ran')`;
      const env = { PATH: process.env.PATH, NODE_OPTIONS };
      const child = spawn(process.execPath, ['-e', program], { cwd: folder, env });
      const { code, stdout, stderr } = await ended(child);
      expect([code, stdout]).to.deep.equal([0, 'ran\n']);
      expect(JSON.parse(stderr).fields).to.include({ 'event.name': 'child_process.exit' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
