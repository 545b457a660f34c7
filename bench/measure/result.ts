import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { versionOf } from '../versions.js';
import type { Table } from './part.js';

const FOLDER = fileURLToPath(new URL('../../../bench/results/', import.meta.url));
const GIB = 2 ** 30;

/** What a program of the suite measured when it ran last. */
export interface Result {
  readonly machine: string;
  readonly node: string;
  /** Of otel-exec. */
  readonly version: string;
  /** When it began, in UTC, to the minute. */
  readonly ran: string;
  readonly seconds: number;
  /** The machine's load average over a minute, before it began. */
  readonly load: number;
  readonly tables: readonly Table[];
}

/**
 * Measures, and says when, where and next to what.
 * @param node the version that it runs on
 */
export async function resultOf(
  node: string,
  measure: () => Promise<readonly Table[]>,
): Promise<Result> {
  const [load = Number.NaN] = loadavg();
  const ran = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const began = performance.now();
  const tables = await measure();
  const seconds = Math.round((performance.now() - began) / 1_000);
  const version = versionOf('otel-exec');
  return { machine: machine(), node, version, ran, seconds, load, tables };
}

/** Keeps the result of a program in `bench/results/`, in place of the one before. */
export async function keepResult(name: string, result: Result): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(fileOf(name), `${JSON.stringify(result, undefined, 1)}\n`);
}

/** The results of programs, in their order; those that never ran are left out. */
export async function readResults(names: readonly string[]): Promise<ReadonlyMap<string, Result>> {
  const results = new Map<string, Result>();
  for (const name of names) {
    const text = await readFile(fileOf(name), 'utf8').catch(() => undefined);
    if (text !== undefined) results.set(name, JSON.parse(text, numberOf) as Result);
  }
  return results;
}

/** JSON has no word for what is no number. */
function numberOf(_name: string, value: unknown): unknown {
  return value === null ? Number.NaN : value;
}

function fileOf(name: string): string {
  return join(FOLDER, `${name}.json`);
}

function machine(): string {
  const memory = `${Math.round(totalmem() / GIB)} GiB`;
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} threads, ${memory}, ${platform()} ${arch()}`;
}
