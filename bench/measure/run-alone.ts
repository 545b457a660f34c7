import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Part } from './part.js';
import { renderTable } from './table.js';

/**
 * Runs a part when its file is the program: prints its tables, or, under `npm run bench`, sends them to
 * the parent process.
 */
export async function runAlone(url: string, part: Part): Promise<void> {
  const [, program] = process.argv;
  if (program === undefined || realpathSync(program) !== realpathSync(fileURLToPath(url))) return;
  const tables = await part();
  if (process.send) process.send(tables, () => process.disconnect());
  else for (const table of tables) console.log(renderTable(table));
}
