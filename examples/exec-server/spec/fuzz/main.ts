import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { fuzzLibrary } from './library.js';
import { PromiseBroken } from './property.js';
import { fuzzSocket, fuzzStdio } from './server.js';

/**
 * Gives a real server and the library anything that a client or a host could, for as long as is asked.
 * Exits 1 where a promise is broken, and shows the smallest input that breaks it.
 */

const TARGETS = { library: fuzzLibrary, socket: fuzzSocket, stdio: fuzzStdio };

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    only: { type: 'string' },
  },
});
const seed = Number(options.seed);
const chosen = Object.entries(TARGETS).filter(([name]) => (options.only ?? name) === name);
const seconds = Number(options.seconds);
if (!(seconds > 0) || !Number.isInteger(seed) || chosen.length === 0) {
  throw new Error('--seconds N --seed N --only library|socket|stdio');
}

process.stdout.write(`fuzz: --seconds ${seconds} --seed ${seed}\n`);
for (const [name, fuzz] of chosen) {
  try {
    await fuzz({ seconds: seconds / chosen.length, seed });
  } catch (error) {
    const from = error instanceof PromiseBroken ? error.seed : seed;
    process.stdout.write(`\n${error}\nto see it again: --only ${name} --seed ${from}\n`);
    process.exitCode = 1;
  }
}
