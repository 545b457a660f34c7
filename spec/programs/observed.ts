import type { CapturedLine } from 'otel-exec/testing';
import type { Asked, ExpectedEvents, ProgramCase } from './program-case.js';
import { type Run, run } from './run.js';

/** A program without otel-exec and with it. */
export interface Observed {
  readonly plain: Run;
  readonly observed: Run;
}

/** Runs a program both ways, with what differs by itself made equal. */
export async function observe({ program, level }: ProgramCase): Promise<Observed> {
  const [plain, observed] = await Promise.all([run(program, false), run(program, true)]);
  return { plain: levelled(plain, level), observed: levelled(observed, level) };
}

function levelled(one: Run, level: ProgramCase['level'] = (output) => output): Run {
  return { ...one, stdout: level(one.stdout), stderr: one.stderr.map(level) };
}

/** Everything that the lines of a run tell. Throws where there is an event of another name. */
export function eventsOf({ events }: Run): Required<ExpectedEvents> {
  const kinds = { requests: [], calls: [], notifications: [], processes: [] };
  const told: Record<keyof ExpectedEvents, CapturedLine['fields'][]> = kinds;
  for (const { fields } of events) told[kindOf(fields)].push(fields);
  return {
    requests: told.requests.map(asked),
    calls: told.calls.map(asked),
    notifications: told.notifications.map(({ method }) => String(method)).sort(),
    processes: told.processes.map(({ result }) => String(result)).sort(),
  };
}

function kindOf(fields: CapturedLine['fields']): keyof ExpectedEvents {
  const name = String(fields['event.name']);
  if (name === 'child_process.exit') return 'processes';
  const [, end] = /^(?:mcp|rpc)\.(server|client)\.request$/.exec(name) ?? [];
  if (end === undefined) throw new Error(`there is an event ${name}`);
  if (fields.request_id === undefined) return 'notifications';
  return end === 'server' ? 'requests' : 'calls';
}

function asked(fields: CapturedLine['fields']): Asked {
  const { method, result, 'error.type': errorType } = fields;
  const known = [String(method), String(result)] as const;
  return errorType === undefined ? known : [...known, String(errorType)];
}
