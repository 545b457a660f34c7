import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeApiReference } from './api-reference.js';
import { houseDrawing } from './house-drawing.js';
import { readPart, recordAgentLines, recordLines, replacePart } from './readme-parts.js';
import { signalsDocument } from './signals-document.js';

const file = (path: string) => new URL(`../../${path}`, import.meta.url);

writeFileSync(file('docs/signals.md'), signalsDocument());

writeApiReference(fileURLToPath(file('docs/api')));

const architecture = readFileSync(file('docs/architecture.md'), 'utf8');
writeFileSync(
  file('docs/architecture.md'),
  replacePart(architecture, 'house', 'mermaid', await houseDrawing()),
);

const readme = readFileSync(file('README.md'), 'utf8');
const byHand = readFileSync(file('examples/by-hand.ts'), 'utf8');
const parts = [
  ['by-hand', 'js by-hand.js', byHand],
  ['lines', 'json', unlessAlike(readPart(readme, 'lines'), await recordLines())],
  ['agent-lines', 'json', unlessAlike(readPart(readme, 'agent-lines'), await recordAgentLines())],
] as const;
writeFileSync(
  file('README.md'),
  parts.reduce((text, [name, language, body]) => replacePart(text, name, language, body), readme),
);

/** The recorded lines, or those that are there where only times and ids differ. */
function unlessAlike(there: string, recorded: string): string {
  const shapeOf = (lines: string) =>
    lines.trim().replaceAll(/"timestamp":"[^"]*"|_ms":\d+|[\da-f-]{16,}/g, '…');
  return shapeOf(there) === shapeOf(recorded) ? there : recorded;
}
