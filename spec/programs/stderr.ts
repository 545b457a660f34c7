import type { CapturedLine } from 'otel-exec/testing';

/** What somebody wrote to stderr, by who wrote it. */
export interface Stderr {
  /** The program's lines. */
  readonly own: readonly string[];
  readonly events: readonly CapturedLine[];
  readonly told: readonly string[];
  readonly seen: ReadonlyMap<string, string>;
}

const REPORT = /^otel-exec doctor, process \d+\n(?:[a-z ]+\n(?: {2}.*\n)*)+/m;
const SEEN = /^seen\n((?: {2}.*\n)+)/m;

/** Tells the program's lines from those of otel-exec. */
export function readStderr(text: string): Stderr {
  const [report = ''] = REPORT.exec(text) ?? [];
  const lines = text.replace(REPORT, '').split('\n').filter(Boolean);
  const isTold = (line: string) => /^otel-exec(\/\w+)?: /.test(line);
  return {
    own: lines.filter((line) => eventOf(line) === undefined && !isTold(line)),
    events: lines.flatMap((line) => eventOf(line) ?? []),
    told: lines.filter(isTold),
    seen: new Map(
      SEEN.exec(report)?.[1]
        ?.trimEnd()
        .split('\n')
        .map((row) => /^ {2}(\S+) +(.*)$/.exec(row)?.slice(1) as [string, string]),
    ),
  };
}

function eventOf(line: string): CapturedLine | undefined {
  try {
    const parsed = JSON.parse(line);
    return parsed?.fields?.['event.name'] === undefined ? undefined : parsed;
  } catch {
    return undefined;
  }
}
