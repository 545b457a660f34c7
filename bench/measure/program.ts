import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from '../parts.js';
import type { Table } from './part.js';
import { mergeRepetitions } from './repetition.js';
import { sideInstall } from './side-install.js';

const BUILD = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs a program of the suite, as often as it says, each time in a process of its own.
 * @param node path of the Node to run it on
 * @throws Error where it ends without tables
 */
export async function runProgram(program: Program, node: string): Promise<readonly Table[]> {
  const runs: (readonly Table[])[] = [];
  for (let time = 0; time < (program.repeat ?? 1); time++) runs.push(await runOnce(program, node));
  return mergeRepetitions(runs);
}

async function runOnce({ file, side, flags = [] }: Program, node: string) {
  const folder = side === undefined ? BUILD : await sideInstall(side);
  const child = fork(join(folder, 'bench', file), {
    execPath: node,
    execArgv: [...flags],
    cwd: folder,
  });
  return new Promise<readonly Table[]>((resolve, reject) => {
    let tables: readonly Table[] | undefined;
    child.once('message', (message) => {
      tables = message as readonly Table[];
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0 && tables !== undefined) resolve(tables);
      else reject(new Error(`${file} ended with ${signal ?? code} and told nothing`));
    });
  });
}
