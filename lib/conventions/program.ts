import { SpanKind } from '@opentelemetry/api';
import { OTHER, PROCESS_EXECUTABLE_NAME } from './attributes.js';
import type { Convention } from './convention.js';
import type { ProcessFacts, ProcessOutcome } from './facts.js';
import {
  executableName,
  PROCESS_ERROR_TYPES,
  PROCESS_RESULTS,
  pid,
  processBegun,
  processRunning,
  programEventSettled,
  programSettled,
  startedTraceId,
} from './process-fields.js';

/**
 * A program itself, by the convention for a command line program that tells of its own execution: what
 * `otel-exec run` and `otel-exec tap` say of the command that they start.
 * @see https://opentelemetry.io/docs/specs/semconv/cli/cli-spans/
 */
export function program(): Convention<ProcessFacts, ProcessOutcome> {
  return {
    title: 'program',
    labels: [
      {
        name: 'executable name',
        span: PROCESS_EXECUTABLE_NAME,
        other: OTHER,
        of: (facts) => facts.executable,
      },
    ],
    admit: 'begin',
    span: {
      kind: SpanKind.INTERNAL,
      templates: ['{executable name}', 'process'],
      name: ({ 'executable name': executable = OTHER }) =>
        executable === OTHER ? 'process' : executable,
      constant: {},
      begun: processBegun,
      settled: programSettled,
    },
    event: {
      name: 'process.exit',
      scope: 'otel-exec',
      body: 'process ended',
      begun: [executableName],
      settled: programEventSettled,
    },
    results: PROCESS_RESULTS,
    errorTypes: PROCESS_ERROR_TYPES,
    started: {
      span: [pid],
      event: { name: 'process.start', body: 'process started', fields: [startedTraceId] },
    },
    running: {
      event: { name: 'process.running', body: 'process still runs', fields: processRunning },
    },
    notes: [
      'The semantic conventions have no name for the signal that killed a process, and names for its processor time and ' +
        'memory as metrics alone: `process.exit.signal`, `process.cpu.user_ms`, `process.cpu.system_ms` and ' +
        "`process.memory.peak_bytes` are this package's. [run.md](run.md) says what `otel-exec run` counts.",
    ],
  };
}
