import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { runCommand } from '../../run/command.js';
import { LONGEST_LINE } from '../../run/output-lines.js';
import { LINES_PER_SECOND } from '../../run/output-records.js';

const text = readFileSync(new URL('../../../../docs/run.md', import.meta.url), 'utf8');

describe('docs/run.md', () => {
  it('lists the options as they are', () => {
    const [, table] = /\n## Options\n.*?\| --- \| --- \|\n(.*?)\n\n/s.exec(text) ?? [];
    const rows = runCommand().options.map(
      ({ flags, description }) => `| \`${flags}\` | ${description} |`,
    );
    expect(table?.split('\n')).to.deep.equal(rows);
  });

  it('has the limits as they are', () => {
    expect(text).to.include(`cut after ${LONGEST_LINE.toLocaleString('en')} UTF-16`);
    expect(text).to.include(`${LINES_PER_SECOND.toLocaleString('en')} lines a second are told`);
  });
});
