import { SpanKind } from '@opentelemetry/api';
import { OTHER, PROCESS_EXECUTABLE_NAME } from './attributes.js';
import { PROCESS_BOUNDARIES } from './boundaries.js';
import type { Convention } from './convention.js';
import type { ProcessFacts, ProcessOutcome } from './facts.js';
import { result } from './fields.js';
import {
  executableName,
  pid,
  processBegun,
  processEventSettled,
  processRunning,
  processSettled,
  startedTraceId,
} from './process-fields.js';

/**
 * A child process of any app, by the convention for the caller of a command line program.
 * @see https://opentelemetry.io/docs/specs/semconv/cli/cli-spans/
 */
export function childProcess(): Convention<ProcessFacts, ProcessOutcome> {
  return {
    title: 'child process',
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
      kind: SpanKind.CLIENT,
      templates: ['{executable name}'],
      name: (labels) => labels['executable name'] ?? 'child_process',
      constant: {},
      begun: processBegun,
      settled: processSettled,
    },
    metrics: {
      active: {
        name: 'child_process.active',
        description: 'Child processes that were started and have not ended.',
        unit: '{process}',
        labelled: false,
      },
      settled: {
        name: 'child_process.finished',
        description: 'Child processes that ended, or could not be started.',
        unit: '{process}',
        labelled: true,
      },
      duration: {
        name: 'child_process.duration',
        description: "Time from a child process's start to its exit.",
        unit: 's',
        labelled: true,
        boundaries: PROCESS_BOUNDARIES,
      },
      attributes: [result],
    },
    event: {
      name: 'child_process.exit',
      scope: 'otel-exec',
      body: 'child process ended',
      begun: [executableName],
      settled: processEventSettled,
    },
    started: {
      span: [pid],
      event: {
        name: 'child_process.start',
        body: 'child process started',
        fields: [startedTraceId],
      },
    },
    running: {
      event: {
        name: 'child_process.running',
        body: 'child process still runs',
        fields: processRunning,
      },
    },
  };
}
