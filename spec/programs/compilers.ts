import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProgramFolder } from '../instrumentation/program-folder.js';
import { installPrograms } from './cache.js';

const COMPILERS = {
  'typescript-5.8': 'npm:typescript@5.8.3',
  'typescript-5.9': 'npm:typescript@5.9.3',
  'typescript-6.0': 'npm:typescript@6.0.3',
};

/** What a CommonJS project may have as `module` and `moduleResolution`, and from which compiler on. */
const COMBINATIONS = [
  { options: { module: 'nodenext' }, from: 'typescript-5.8' },
  { options: { module: 'node20' }, from: 'typescript-5.9' },
  { options: { module: 'preserve', moduleResolution: 'bundler' }, from: 'typescript-5.8' },
  { options: { module: 'commonjs', moduleResolution: 'bundler' }, from: 'typescript-6.0' },
];

const COMMON = {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
};

const PROGRAM = `
import { ExecTelemetry } from 'otel-exec';
import { childProcess } from 'otel-exec/conventions';
const telemetry = new ExecTelemetry({ conventions: { process: childProcess() } });
telemetry.shutdown();
`;

const compilers = join(installPrograms(COMPILERS), 'node_modules');

describe('a CommonJS project in TypeScript', () => {
  for (const { options, from } of COMBINATIONS) {
    for (const compiler of Object.keys(COMPILERS)) {
      const works = compiler >= from;
      const combination = Object.values(options).join(' and ');
      it(`${works ? 'compiles' : "doesn't compile"} with ${compiler}, ${combination}`, () => {
        using folder = new ProgramFolder();
        folder.write('package.json', '{ "private": true }');
        folder.write(
          'tsconfig.json',
          JSON.stringify({ compilerOptions: { ...COMMON, ...options } }),
        );
        folder.write('program.ts', PROGRAM);
        const args = [join(compilers, compiler, 'bin/tsc'), '-p', folder.path];
        const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
        expect(status === 0, stdout).to.equal(works);
      });
    }
  }
});
