import { spawnSync } from 'node:child_process';
import { ExecTelemetry } from 'otel-exec';
import { childProcess } from 'otel-exec/conventions';
import type { Part } from './measure/part.js';
import { nextTick } from './measure/rounds.js';
import { runAlone } from './measure/run-alone.js';
import { spreadOf } from './measure/statistics.js';
import { boundRow } from './measure/table.js';
import { registerSdk } from './sdk.js';

const WARM = 30_000;

/**
 * A process lifecycle without the process, as it costs in a program that has hardly run and in one that has
 * run for long, and right after a real process was started.
 */
export const cold: Part = async () => {
  const sdk = await registerSdk();
  const telemetry = new ExecTelemetry({ conventions: { process: childProcess() } });
  const spawnOne = () => void spawnSync('true');
  const observe = () => {
    const began = performance.now();
    const process = telemetry.process({ executable: 'true', argv: ['true'] });
    process.environment();
    process.spawned(1);
    process.exited(0, null);
    return (performance.now() - began) * 1_000;
  };
  const take = async (times: number, between = () => {}) => {
    const micros: number[] = [];
    for (let done = 0; done < times; done++) {
      between();
      micros.push(observe());
      if (done % 50 === 0) await nextTick();
    }
    return spreadOf(micros);
  };
  const rows = [
    boundRow('the first 25, a spawn before each', await take(25, spawnOne), undefined),
    boundRow('the next 200, a spawn before each', await take(200, spawnOne), undefined),
  ];
  await take(WARM);
  rows.push(boundRow('warm, nothing before', await take(1_000), undefined));
  rows.push(boundRow('warm, a spawn before each', await take(200, spawnOne), undefined));
  rows.push(boundRow('warm, nothing before, again', await take(1_000), undefined));
  await sdk.shutdown();
  return [
    {
      title: 'A process lifecycle, cold and warm',
      unit: 'µs, wall clock',
      about: `Begin, the child's environment, started, exited; the spawn itself is not in the time. Warm is after ${WARM.toLocaleString('en-US')} of them.`,
      rows,
    },
  ];
};

await runAlone(import.meta.url, cold);
