import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProgramFolder, textOf } from '../instrumentation/program-folder.js';

const PROGRAM = `
import { createRequire } from 'node:module';
import { LineLogRecordProcessor } from 'otel-exec/lines';
const require = createRequire(import.meta.url);
require.resolve('near');
new LineLogRecordProcessor();
console.log(require.resolve('linked'));
`;

describe('lines on a stderr that is a pipe', () => {
  it('leave packages that are symbolic links where they are, as pnpm has them', async () => {
    using programs = new ProgramFolder();
    for (const name of ['store/linked', 'node_modules/near']) {
      mkdirSync(join(programs.path, name), { recursive: true });
      programs.write(`${name}/index.js`, '');
    }
    symlinkSync('../store/linked', join(programs.path, 'node_modules/linked'));
    const child = programs.start('program.mjs', PROGRAM, []);
    const [stdout] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
    const store = join(realpathSync(programs.path), 'store/linked/index.js');
    expect(stdout.trim()).to.equal(store);
  });
});
