import { writeFileSync } from 'node:fs';
import { CASES } from './cases/index.js';
import { compatibilityDocument, titleOf } from './compatibility.js';
import { type Observed, observe } from './observed.js';
import type { ProgramCase } from './program-case.js';

/* Runs every program and writes docs/compatibility.md anew. */

const runs = new Map<ProgramCase, Observed>();
for (const one of CASES) {
  console.log(titleOf(one));
  runs.set(one, await observe(one));
}
writeFileSync(
  new URL('../../../docs/compatibility.md', import.meta.url),
  compatibilityDocument(runs),
);
