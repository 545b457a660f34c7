import {
  PROCESS_COMMAND_ARGS,
  PROCESS_EXECUTABLE_NAME,
  PROCESS_EXECUTABLE_PATH,
  PROCESS_EXIT_CODE,
  PROCESS_PID,
} from './attributes.js';
import type { Field, Running, Settlement, Started } from './convention.js';
import type { ProcessFacts, ProcessOutcome } from './facts.js';
import { durationMs, errorType, result, traceId } from './fields.js';

const exitCode: Field<Settlement<ProcessOutcome>> = {
  name: PROCESS_EXIT_CODE,
  type: 'int',
  brief: 'Exit code; a process that a signal killed has none.',
  when: 'when it exited by itself',
  of: ({ outcome }) => outcome.exitCode,
};

/** Exit code on failure alone, for events, whose fields beyond the seed appear only then. */
export const failedExitCode: Field<Settlement<ProcessOutcome>> = {
  ...exitCode,
  when: 'on failure, when it exited by itself',
  of: ({ outcome, errorType: type }) => (type === undefined ? undefined : outcome.exitCode),
};

const lostPid: Field<Settlement<ProcessOutcome>> = {
  name: PROCESS_PID,
  type: 'int',
  brief: 'Process id.',
  when: 'when its host was lost after it was spawned',
  of: ({ outcome }) => outcome.lost?.pid,
};

/** The semantic conventions have the state in which a process is, but nothing for whether there is one at all. */
const alive: Field<Settlement<ProcessOutcome>> = {
  name: 'process.alive',
  type: 'boolean',
  brief: 'Whether it still ran when its end was told.',
  when: 'when its host was lost, where that can be known',
  of: ({ outcome }) => outcome.lost?.alive,
};

/** What every process span is told at the end. */
export const processSettled: readonly Field<Settlement<ProcessOutcome>>[] = [
  exitCode,
  errorType,
  { ...lostPid, when: 'once it was spawned' },
  alive,
];

const exitSignal: Field<Settlement<ProcessOutcome>> = {
  name: 'process.exit.signal',
  type: 'string',
  brief: 'Name of the signal that killed it.',
  when: 'when a signal killed it',
  of: ({ outcome }) => outcome.signal,
};

const usage: readonly Field<Settlement<ProcessOutcome>>[] = [
  {
    name: 'process.cpu.user_ms',
    type: 'int',
    brief: 'Milliseconds of processor time in user mode.',
    when: 'where it is known',
    of: ({ outcome }) => outcome.usage?.userMillis,
  },
  {
    name: 'process.cpu.system_ms',
    type: 'int',
    brief: 'Milliseconds of processor time in system mode.',
    when: 'where it is known',
    of: ({ outcome }) => outcome.usage?.systemMillis,
  },
  {
    name: 'process.memory.peak_bytes',
    type: 'int',
    brief: 'The most physical memory that it had, bytes.',
    when: 'where it is known',
    of: ({ outcome }) => outcome.usage?.peakBytes,
  },
];

/** What a program's span is told at the end. */
export const programSettled: readonly Field<Settlement<ProcessOutcome>>[] = [
  exitCode,
  exitSignal,
  errorType,
  ...usage,
  { ...lostPid, when: 'once it was spawned' },
  alive,
];

/** The fields of a program's event that are known at the end, in order. */
export const programEventSettled: readonly Field<Settlement<ProcessOutcome>>[] = [
  traceId,
  result,
  durationMs,
  errorType,
  exitCode,
  exitSignal,
  ...usage,
  lostPid,
  alive,
];

/** The pid, which a process has only once it was spawned. */
export const pid: Field<Started> = {
  name: PROCESS_PID,
  type: 'int',
  brief: 'Process id.',
  when: 'once it was spawned',
  of: (started) => started.pid,
};

/** Base name of the executable. */
export const executableName: Field<ProcessFacts> = {
  name: PROCESS_EXECUTABLE_NAME,
  type: 'string',
  brief: 'Base name of the executable; `captureExecutableName: false` leaves it out.',
  of: ({ executable }) => executable,
};

/** Path of the executable, where opted in. */
export const executablePath: Field<ProcessFacts> = {
  name: PROCESS_EXECUTABLE_PATH,
  type: 'string',
  brief: 'Path of the executable, as the host gave it.',
  when: 'with `captureExecutablePath: true`',
  of: (facts) => facts.executablePath,
};

/** The command and its arguments, where opted in. */
export const commandArgs: Field<ProcessFacts> = {
  name: PROCESS_COMMAND_ARGS,
  type: 'string[]',
  brief: 'Command and arguments.',
  when: 'with `captureCommandArgs: true`',
  of: ({ argv }) => (argv === undefined ? undefined : [...argv]),
};

/** What every process span is told at the begin. */
export const processBegun: readonly Field<ProcessFacts>[] = [
  executableName,
  executablePath,
  commandArgs,
];

/** The results of a process. */
export const PROCESS_RESULTS = [
  'success',
  'error',
  'terminated',
  'spawn_failed',
  'unknown',
] as const;

/** The error types of a process. */
export const PROCESS_ERROR_TYPES: readonly string[] = [
  'the exit code, such as `1`',
  'the signal that killed it, such as `SIGKILL`',
  'the class of a spawn error, such as `ENOENT`',
  '`unknown`',
  '`_OTHER`',
];

/** The fields of a process's event that are known at the end, in order. */
export const processEventSettled: readonly Field<Settlement<ProcessOutcome>>[] = [
  traceId,
  result,
  durationMs,
  errorType,
  failedExitCode,
  lostPid,
  alive,
];

/** The trace id of a process's context, on the event that tells of its start. */
export const startedTraceId: Field<Started> = {
  name: 'trace_id',
  type: 'string',
  brief: 'Trace id of the active context.',
  when: 'when there is a trace',
  of: (started) => started.spanContext?.traceId,
};

/** The trace id of a process's context, on the event that tells that it still runs. */
const runningTraceId: Field<Running> = {
  name: 'trace_id',
  type: 'string',
  brief: 'Trace id of the active context.',
  when: 'when there is a trace',
  of: ({ spanContext }) => spanContext?.traceId,
};

const age: Field<Running> = {
  name: 'age_ms',
  type: 'int',
  brief: 'Milliseconds since its begin, cut to an integer.',
  of: ({ ageMillis }) => (Number.isSafeInteger(ageMillis) ? ageMillis : undefined),
};

/** The fields of the event that tells that a process still runs, in order. */
export const processRunning: readonly Field<Running>[] = [runningTraceId, age];
