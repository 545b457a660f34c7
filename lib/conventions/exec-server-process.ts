import { SpanKind } from '@opentelemetry/api';
import { PROCESS_BOUNDARIES } from './boundaries.js';
import type { Convention, Field } from './convention.js';
import type { ProcessFacts, ProcessOutcome } from './facts.js';
import { cut, errorType, result } from './fields.js';
import { DEFAULT_NAMESPACE, type Names } from './names.js';
import {
  PROCESS_ERROR_TYPES,
  PROCESS_RESULTS,
  pid,
  processBegun,
  processEventSettled,
  processSettled,
  startedTraceId,
} from './process-fields.js';

const processId: Field<ProcessFacts> = {
  name: 'process_id',
  type: 'string',
  brief: "The server's own id of the process.",
  of: ({ id }) => (id === undefined ? undefined : cut(String(id))),
};

/** The exec server's processes: the default of `ExecTelemetry.process`. */
export function execServerProcess(names: Names = {}): Convention<ProcessFacts, ProcessOutcome> {
  const namespace = names.namespace ?? DEFAULT_NAMESPACE;
  return {
    title: 'exec-server process',
    labels: [],
    admit: 'begin',
    span: {
      kind: SpanKind.INTERNAL,
      templates: ['exec_server.process'],
      name: () => 'exec_server.process',
      constant: {},
      begun: processBegun,
      settled: processSettled,
    },
    metrics: {
      active: {
        name: 'exec_server.processes.active',
        description: 'Processes that were started and have not ended.',
        unit: '{process}',
        labelled: false,
      },
      settled: {
        name: 'exec_server.processes.finished',
        description: 'Processes that ended, or could not be started.',
        unit: '{process}',
        labelled: true,
      },
      duration: {
        name: 'exec_server.process.duration',
        description: 'Time from the request to start a process to its exit.',
        unit: 's',
        labelled: true,
        boundaries: PROCESS_BOUNDARIES,
        attributes: [errorType],
      },
      attributes: [result],
    },
    event: {
      name: `${namespace}.exec_server_process`,
      scope: `${namespace}_exec_server::telemetry`,
      body: 'exec-server process completed',
      begun: [processId],
      settled: processEventSettled,
    },
    results: PROCESS_RESULTS,
    errorTypes: PROCESS_ERROR_TYPES,
    started: {
      span: [pid],
      event: {
        name: `${namespace}.exec_server_process_started`,
        body: 'exec-server process started',
        fields: [startedTraceId],
      },
    },
  };
}
