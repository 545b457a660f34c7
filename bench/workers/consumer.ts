import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { serveTurns } from '../measure/worker.js';

/* A program whose stdin is no JSON-RPC: it hashes bytes, or counts lines. */

const MIB = 2 ** 20;
const [, , reads, start = ''] = process.argv;
if (start.includes('claimed')) {
  const { ExecTelemetry } = await import('otel-exec');
  new ExecTelemetry().connection({ transport: 'stdio' });
}

let taken = 0;
let due = 0;
let turn: (() => void) | undefined;

function take(bytes: number): void {
  taken += bytes;
  if (taken < due) return;
  turn?.();
  turn = undefined;
}

if (reads === 'lines') {
  createInterface({ input: process.stdin }).on('line', (line) => take(line.length + 1));
} else {
  const hash = createHash('sha256');
  process.stdin.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    take(chunk.length);
  });
}

serveTurns((times) => {
  due += times * MIB;
  return new Promise((resolve) => {
    turn = resolve;
    take(0);
  });
});
