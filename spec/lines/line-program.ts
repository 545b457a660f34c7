import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

const prelude = `
import { writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { diag } from '@opentelemetry/api';
import { LineLogRecordProcessor } from 'otel-exec/lines';
const told = [];
const keep = (...words) => told.push(words.join(' '));
diag.setLogger({ error: keep, warn: keep, info() {}, debug: keep, verbose: keep });
const emit = (processor, body, more = {}) => processor.onEmit({
  hrTime: [1, 0], severityNumber: 9, body, attributes: more, instrumentationScope: { name: 's' },
});
const report = (facts) => writeFileSync(1, JSON.stringify(facts));
const ready = () => writeFileSync(1, '\\n');
`;

/** The command and its arguments that run such a program. */
export function programArguments(program: string): [command: string, args: string[]] {
  return [process.execPath, ['--input-type=module', '-e', prelude + program]];
}

/** Starts a program that writes lines: `emit(processor, body, attributes)`; `report(facts)` and `ready()` on stdout. */
export function run(program: string, wrapper: readonly string[] = []): ChildProcess {
  const [node, flags] = programArguments(program);
  const [command = '', ...args] = [...wrapper, node, ...flags];
  return spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
}

/** As `run`, with a real pipe for stderr: what Node gives its children for one is a socket. */
export function runOnPipe(program: string): ChildProcess {
  return run(program, ['sh', '-c', 'exec 3>&1; { "$@" 2>&1 >&3; } | cat >&2', 'sh']);
}

/** All that comes, as text. */
export async function read(stream: Readable | null): Promise<string> {
  let text = '';
  stream?.setEncoding('utf8');
  for await (const chunk of stream ?? []) text += chunk;
  return text;
}

/** Scar: Node 24 throws away what a child that has exited wrote, unless somebody listens for it. */
export function keepUnread(stream: Readable | null): void {
  stream?.on('readable', () => {});
}
