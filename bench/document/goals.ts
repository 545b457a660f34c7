import type { Result } from '../measure/result.js';
import { figure, verdict } from '../measure/table.js';
import { PROGRAMS } from '../parts.js';
import { whenOf } from './report.js';

/** The whole of `bench/README.md`: what is aimed at, what it was and what it is. */
export function renderGoals(results: ReadonlyMap<string, Result>): string {
  const all = [...results.entries()];
  const rows = all.flatMap(([name, { tables }]) =>
    tables.flatMap(({ title, unit, rows: own }) =>
      own.flatMap(({ variant, value, ratio, goal }) => {
        if (goal === undefined) return [];
        const judged = ratio?.value ?? value;
        const cells = [
          name,
          `${title}: ${variant}${ratio ? ` against ${ratio.to}` : ''}`,
          goal.was ?? '',
          `${figure(judged.median)}${ratio ? ' ×' : ` ${unit.split(/[ ,]/)[0]}`}`,
          `${figure(judged.low)} – ${figure(judged.high)}`,
          goal.text,
          verdict(goal, judged),
        ];
        return [`| ${cells.join(' | ')} |`];
      }),
    ),
  );
  const minutes = all.reduce((sum, [, { seconds }]) => sum + seconds, 0) / 60;
  return [
    '# The benchmark suite',
    '',
    '`npm run bench -w bench` runs all of it, `npm run bench -w bench -- server idle` some of its parts:',
    `${PROGRAMS.map(({ name }) => `\`${name}\``).join(', ')}.`,
    'It runs on Node 24, which comes from the npm registry where `node` is another; a few parts run on the other',
    'supported versions too. Peers, the native server and the compiled client are installed and built on the way, in',
    '`build/side/` and in a cache outside of the repository. What a part measured last is in `results/`; from that,',
    'each run writes `docs/benchmarks.md` and this file (`npm run document -w bench` does only that). With `--print`,',
    'a run prints its tables and keeps nothing.',
    '',
    '## Goals',
    '',
    'A goal is met, or not, by the median; “within the spread” says that this run could not tell for sure. “0.1” is what',
    'version 0.1 was measured at, where it is known.',
    '',
    '| part | what | 0.1 | now | spread | goal | met |',
    '| --- | --- | --- | ---: | --- | --- | --- |',
    ...rows,
    '',
    '## When',
    '',
    `These parts together took ${minutes.toFixed(0)} minutes.`,
    '',
    ...all.map(([name, result]) => `- ${name}: ${whenOf(result)} It took ${result.seconds} s.`),
    '',
  ].join('\n');
}
