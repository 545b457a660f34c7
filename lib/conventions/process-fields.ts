import {
  PROCESS_COMMAND_ARGS,
  PROCESS_EXECUTABLE_NAME,
  PROCESS_EXECUTABLE_PATH,
  PROCESS_EXIT_CODE,
  PROCESS_PID,
} from './attributes.js';
import type { Field, Settlement, Started } from './convention.js';
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

/** What every process span is told at the end. */
export const processSettled: readonly Field<Settlement<ProcessOutcome>>[] = [exitCode, errorType];

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
];

/** The trace id of a process's context, on the event that tells of its start. */
export const startedTraceId: Field<Started> = {
  name: 'trace_id',
  type: 'string',
  brief: 'Trace id of the active context.',
  when: 'when there is a trace',
  of: (started) => started.spanContext?.traceId,
};
