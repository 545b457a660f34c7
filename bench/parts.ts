/** One program of the suite. */
export interface Program {
  /** What `npm run bench -w bench -- <name>` calls it. */
  readonly name: string;
  /** The compiled file, beside this one. */
  readonly file: string;
  /** The side install that it runs in; absent for this package's own dependencies. */
  readonly side?: string;
  readonly flags?: readonly string[];
  /** In how many processes it is measured, one after the other. Default 1. */
  readonly repeat?: number;
}

/** The suite, in the order of the report. */
export const PROGRAMS: readonly Program[] = [
  { name: 'server', file: 'server.js' },
  { name: 'lifecycle', file: 'lifecycle.js', repeat: 3 },
  { name: 'pieces', file: 'pieces.js', repeat: 3 },
  { name: 'lifecycle-sdk2', file: 'lifecycle.js', side: 'sdk2' },
  { name: 'idle', file: 'idle.js', flags: ['--expose-gc'], repeat: 3 },
  { name: 'other-nodes', file: 'other-nodes.js' },
  { name: 'open', file: 'open.js', flags: ['--expose-gc'] },
  { name: 'long-run', file: 'long-run.js', flags: ['--expose-gc'], repeat: 2 },
  { name: 'lines', file: 'lines.js', side: 'peers', repeat: 3 },
  { name: 'otlp', file: 'otlp.js' },
  { name: 'spawn', file: 'spawn.js', side: 'peers', repeat: 3 },
  { name: 'fork', file: 'fork.js' },
  { name: 'cold', file: 'cold.js', repeat: 3 },
  { name: 'mcp', file: 'mcp.js', side: 'peers', repeat: 3 },
  { name: 'mcp-ends', file: 'mcp-ends.js', repeat: 3 },
  { name: 'stdio', file: 'stdio.js', repeat: 3 },
  { name: 'tap', file: 'tap.js' },
  { name: 'import', file: 'import.js' },
  { name: 'start', file: 'start.js' },
];
