import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { build } from 'esbuild';

const PROGRAM = `
  import { execFile, spawnSync } from 'node:child_process';
  import { promisify } from 'node:util';
  import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';
  import { SignalCapture } from 'otel-exec/testing';

  async function main() {
    const capture = new SignalCapture().register();
    new ChildProcessInstrumentation();
    await promisify(execFile)('sh', ['-c', ':']);
    spawnSync('sh', ['-c', 'exit 3']);
    const { spans } = await capture.signals();
    console.log(JSON.stringify(spans.map(({ name, status }) => [name, status])));
  }
  main();
`;

describe('a bundled app', () => {
  for (const format of ['esm', 'cjs'] as const) {
    it(`has its child processes observed, as ${format} and minified`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'otel-exec-bundle-'));
      const outfile = join(folder, format === 'esm' ? 'app.mjs' : 'app.cjs');
      try {
        await build({
          stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
          outfile,
          format,
          bundle: true,
          minify: true,
          platform: 'node',
          target: 'node20',
          logLevel: 'error',
          ...(format === 'esm' && {
            banner: {
              js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
            },
          }),
        });
        const output = execFileSync(process.execPath, [outfile], { encoding: 'utf8' });
        expect(JSON.parse(output)).to.deep.equal([
          ['sh', 'UNSET'],
          ['sh', 'ERROR'],
        ]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
