/** One program of the suite. */
export interface Program {
  /** What `npm run bench -- <name>` calls it. */
  readonly name: string;
  /** The compiled file, beside this one. */
  readonly file: string;
  /** The side install that it runs in; absent for this package's own dependencies. */
  readonly side?: string;
  readonly flags?: readonly string[];
}

/** The suite, in the order of the report. */
export const PROGRAMS: readonly Program[] = [
  { name: 'lifecycle', file: 'lifecycle.js' },
  { name: 'lifecycle-sdk2', file: 'lifecycle.js', side: 'sdk2' },
  { name: 'idle', file: 'idle.js', flags: ['--expose-gc'] },
  { name: 'open', file: 'open.js', flags: ['--expose-gc'] },
  { name: 'long-run', file: 'long-run.js', flags: ['--expose-gc'] },
  { name: 'lines', file: 'lines.js', side: 'peers' },
  { name: 'server', file: 'server.js' },
  { name: 'spawn', file: 'spawn.js', side: 'peers' },
  { name: 'mcp', file: 'mcp.js', side: 'peers' },
  { name: 'import', file: 'import.js' },
];
