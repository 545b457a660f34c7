import { once } from 'node:events';
import { expect } from 'chai';
import { buildSync, type Format } from 'esbuild';
import { ProgramFolder, textOf } from './program-folder.js';

const program = `
import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { JsonRpcInstrumentation, McpInstrumentation } from 'otel-exec/instrumentation';
import * as rpc from 'vscode-jsonrpc/node';
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
new JsonRpcInstrumentation();
new McpInstrumentation();
console.log(typeof rpc.createMessageConnection);
process.disconnect();
`;

describe('a bundle', () => {
  for (const format of ['esm', 'cjs'] satisfies Format[]) {
    it(`as ${format} tells through diag that nothing inside of it is seen, and works`, async () => {
      using folder = new ProgramFolder();
      const { outputFiles } = buildSync({
        stdin: { contents: program, resolveDir: process.cwd() },
        bundle: true,
        platform: 'node',
        format,
        write: false,
        logLevel: 'silent',
        ...(format === 'esm' && { banner: { js: REQUIRE } }),
      });
      const name = format === 'esm' ? 'bundle.mjs' : 'bundle.cjs';
      const child = folder.start(name, outputFiles[0]?.text ?? '', []);
      const [stdout, stderr] = await Promise.all([
        textOf(child.stdout),
        textOf(child.stderr),
        once(child, 'exit'),
      ]);
      expect(stdout).to.equal('function\n');
      const told = stderr.split('\n').filter(Boolean);
      expect(told).to.have.length(2);
      for (const [index, title] of ['JsonRpcInstrumentation', 'McpInstrumentation'].entries()) {
        expect(told[index]).to.equal(
          `otel-exec: a bundle holds otel-exec: ${title} sees its packages only if they are outside of the bundle. Leave all ` +
            'out of it (esbuild: --packages=external), or hand over what they export: instrumentModule(exports)',
        );
      }
    });
  }
});

/** What esbuild's ESM output needs where it holds CommonJS; see https://github.com/evanw/esbuild/issues/1921. */
const REQUIRE = `import { createRequire as _r } from 'node:module'; const require = _r(import.meta.url);`;
