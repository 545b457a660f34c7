import { readFileSync } from 'node:fs';
import * as semconv from '@opentelemetry/semantic-conventions';
import * as incubating from '@opentelemetry/semantic-conventions/incubating';
import { expect } from 'chai';
import * as attributes from '#lib/conventions/attributes.js';
import { VERSION } from '#lib/version.js';
import { signalsDocument } from '../scripts/signals-document.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('what is written down', () => {
  it('in docs/signals.md is what the conventions say (npm run docs writes it anew)', () => {
    expect(read('docs/signals.md')).to.equal(signalsDocument());
  });

  it("about the version is the package's version", () => {
    expect(VERSION).to.equal(JSON.parse(read('package.json')).version);
  });

  it('as attribute names is what the semantic conventions call them', () => {
    const known: Record<string, unknown> = { ...incubating, ...semconv };
    for (const [name, literal] of Object.entries(attributes)) {
      if (name === 'OTHER') continue;
      expect(known[`ATTR_${name}`], name).to.equal(literal);
    }
  });

  it('as the value for everything else is what the semantic conventions say', () => {
    expect(attributes.OTHER).to.equal(semconv.ERROR_TYPE_VALUE_OTHER);
  });
});
