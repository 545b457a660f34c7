import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CASES } from './cases/index.js';
import { compatibilityDocument, titleOf } from './compatibility.js';
import { eventsOf, type Observed, observe } from './observed.js';
import type { ProgramCase } from './program-case.js';

describe('zero code: a program from the npm registry with otel-exec/register', () => {
  const runs = new Map<ProgramCase, Observed>();

  for (const one of CASES) {
    it(`${titleOf(one)} behaves as without it, byte for byte, and gives exactly its events`, async () => {
      const { plain, observed } = await observe(one);
      runs.set(one, { plain, observed });
      expect([plain.events, plain.told]).to.deep.equal([[], []]);
      expect(observed.stdout).to.equal(plain.stdout);
      expect(observed.stderr).to.deep.equal(plain.stderr);
      expect(observed.exit).to.deep.equal(plain.exit);
      expect(observed.heard).to.deep.equal(plain.heard);
      const none = { calls: [], notifications: [], processes: [] };
      expect(eventsOf(observed)).to.deep.equal({ ...none, ...one.expected });
      const { told = [] } = one;
      expect(observed.told, observed.told.join('\n')).to.have.length(told.length);
      for (const [index, pattern] of told.entries()) expect(observed.told[index]).to.match(pattern);
    });
  }

  it('is told of in docs/compatibility.md as it was seen (npm run docs:programs writes it anew)', () => {
    const document = new URL('../../../docs/compatibility.md', import.meta.url);
    expect(readFileSync(document, 'utf8')).to.equal(compatibilityDocument(runs));
  });
});
