import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Part } from './measure/part.js';
import { runAlone } from './measure/run-alone.js';
import { spreadOf } from './measure/statistics.js';
import { boundRow } from './measure/table.js';

const run = promisify(execFile);
const ROUNDS = 25;
const MILLIS = 15;
const KILOBYTES = 200;

const API = "import '@opentelemetry/api';";
const PROGRAMS = {
  'an empty program': '',
  '@opentelemetry/api': API,
  '@opentelemetry/api and otel-exec': `${API} import 'otel-exec';`,
} as const;
const TELL =
  'const { user, system } = process.cpuUsage(); console.log((user + system) / 1_000, performance.now());';

/** What a program pays that imports this package and does nothing else, and what is downloaded for it. */
export const imports: Part = async () => {
  const names = Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[];
  const cpu = new Map(names.map((name) => [name, [] as number[]]));
  const wall = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = -1; round < ROUNDS; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(place + Math.max(round, 0)) % names.length] as keyof typeof PROGRAMS;
      const [busy = Number.NaN, passed = Number.NaN] = await startCold(PROGRAMS[name]);
      if (round < 0) continue;
      cpu.get(name)?.push(busy);
      wall.get(name)?.push(passed);
    }
  }
  const over = (times: typeof cpu) => {
    const alone = times.get('@opentelemetry/api') ?? [];
    const both = times.get('@opentelemetry/api and otel-exec') ?? [];
    return both.map((millis, round) => millis - (alone[round] ?? Number.NaN));
  };
  const rows = (times: typeof cpu) =>
    names.map((name) => boundRow(name, spreadOf(times.get(name) ?? []), undefined));
  return [
    {
      title: 'Import, processor time',
      unit: 'ms',
      about: 'Whole processes, one after the other, that import and end.',
      rows: [
        ...rows(cpu),
        boundRow('otel-exec over the API', spreadOf(over(cpu)), { atMost: MILLIS, unit: 'ms' }),
      ],
    },
    {
      title: 'Import, wall clock',
      unit: 'ms',
      about: 'The same processes, from their start to the last line of the program.',
      rows: [
        ...rows(wall),
        boundRow('otel-exec over the API', spreadOf(over(wall)), { atMost: MILLIS, unit: 'ms' }),
      ],
    },
    {
      title: 'Package',
      unit: 'kB',
      about: 'What `npm pack` makes, compressed.',
      rows: [
        boundRow('packed', spreadOf([await packedKilobytes()]), {
          atMost: KILOBYTES,
          unit: 'kB',
        }),
      ],
    },
  ];
};

async function startCold(program: string): Promise<number[]> {
  const args = ['--input-type=module', '--eval', `${program} ${TELL}`];
  const { stdout } = await run(process.execPath, args, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  return stdout.trim().split(' ').map(Number);
}

/** Size of the package as it would be published, kilobytes of a thousand bytes. */
async function packedKilobytes(): Promise<number> {
  const args = ['pack', '--json', '--dry-run', '--ignore-scripts'];
  const { stdout } = await run('npm', args, {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    shell: process.platform === 'win32',
  });
  const packed = Object.values(JSON.parse(stdout) as object)[0] as { size: number };
  return packed.size / 1_000;
}

await runAlone(import.meta.url, imports);
