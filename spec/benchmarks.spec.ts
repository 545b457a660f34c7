import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { documents } from '../bench/document/write.js';

const file = (path: string) => new URL(`../../${path}`, import.meta.url);

describe('what is written down of the benchmarks', () => {
  it('is what the results in bench/results say (npm run document -w bench writes it anew)', async () => {
    const written = await documents();
    expect([...written.keys()].slice(0, 2)).to.deep.equal([
      'docs/benchmarks.md',
      'bench/README.md',
    ]);
    for (const [path, text] of written)
      expect(readFileSync(file(path), 'utf8'), path).to.equal(text);
  });

  it('has a chart of each table that asks for one, and no other', async () => {
    const folder = 'docs/benchmarks/';
    const charts = existsSync(file(folder)) ? readdirSync(file(folder)) : [];
    const wanted = [...(await documents()).keys()].filter((path) => path.startsWith(folder));
    expect(charts.map((name) => `${folder}${name}`).sort()).to.deep.equal(wanted.sort());
  });
});
