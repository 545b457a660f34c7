import { isDeepStrictEqual } from 'node:util';
import { PROGRAMS } from './cache.js';
import { eventsOf, type Observed } from './observed.js';
import type { Asked, ProgramCase } from './program-case.js';
import type { Run } from './run.js';
import { seenBy } from './seen-by.js';

/** What a program is called, among all that are run. */
export function titleOf({ of, what, role, transport }: ProgramCase): string {
  return `${[of, what].filter(Boolean).join(', ')} (${role}, ${transport})`;
}

/** The document that says what was seen of each program. */
export function compatibilityDocument(runs: ReadonlyMap<ProgramCase, Observed>): string {
  const roles = new Set([...runs.keys()].map(({ role }) => role));
  const sections = [...roles].map((role) => {
    const rows = [...runs].filter(([one]) => one.role === role).map((entry) => rowOf(...entry));
    return `## ${role[0]?.toUpperCase()}${role.slice(1)}s\n\n${table(rows)}\n`;
  });
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

const INTRODUCTION = `# Compatibility

Programs from the npm registry, as they are, each run twice: by itself, and with \`node --import otel-exec/register\`.
Everything in these tables was found by those runs; \`npm run test:programs\` has them again and compares, and
\`npm run docs:programs\` writes this file anew.

- *Seen by*: the package whose module was patched, or [stdin and stdout](stdio.md), whatever library is behind them. A
  program that is marked *bundled* has its library inside of its own files, where no module hook sees it.
- *Events*: how many of each, and how those that failed ended. Each is a span and metrics as well
  ([signals.md](signals.md)).
- *Told*: what otel-exec says on stderr by itself.
- *As without*: stdout is byte for byte what it is without otel-exec, stderr line by line, and so are all answers, the exit
  code and the signal. What differs between two runs of the program by itself (times of day, ports) is left out.
`;

const HEAD = ['program', 'over', 'seen by', 'events', 'told', 'as without'];

function table(rows: readonly (readonly string[])[]): string {
  return [HEAD, HEAD.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function rowOf(one: ProgramCase, { plain, observed }: Observed): readonly string[] {
  const { of, what, bundled, transport } = one;
  return [
    [`\`${of}\` ${PROGRAMS[of]}`, what, bundled && '*bundled*'].filter(Boolean).join(', '),
    transport,
    seenBy(observed.seen),
    counted(observed),
    observed.told.map((text) => text.replaceAll('|', '\\|')).join('<br>') || 'nothing',
    isAlike(plain, observed) ? 'yes' : '**no**',
  ];
}

function isAlike(plain: Run, observed: Run): boolean {
  return (['stdout', 'stderr', 'exit', 'heard'] as const).every((what) =>
    isDeepStrictEqual(plain[what], observed[what]),
  );
}

function counted(observed: Run): string {
  const { requests, calls, notifications, processes } = eventsOf(observed);
  const protocol = observed.events.some(({ fields }) => /^mcp/.test(String(fields['event.name'])))
    ? 'mcp'
    : 'rpc';
  const told = [
    count(`\`${protocol}.server.request\``, requests.map(endOf)),
    count(`\`${protocol}.client.request\``, calls.map(endOf)),
    notifications.length > 0 &&
      `${notifications.length} notification${notifications.length > 1 ? 's' : ''}`,
    count('`child_process.exit`', processes),
  ];
  return told.filter(Boolean).join('<br>') || 'none';
}

function endOf([, result, errorType = result]: Asked): string {
  return errorType;
}

function count(name: string, ends: readonly string[]): string | undefined {
  if (ends.length === 0) return undefined;
  const failures = [...new Set(ends)].filter((end) => end !== 'success');
  const told = failures.map((end) => `${ends.filter((one) => one === end).length} \`${end}\``);
  return `${ends.length} ${name}${told.length === 0 ? '' : ` (${told.join(', ')})`}`;
}
