import { SpanKind } from '@opentelemetry/api';
import { GEN_AI_CONVERSATION_ID, GEN_AI_TOOL_CALL_ID } from './attributes.js';
import { PROCESS_BOUNDARIES } from './boundaries.js';
import type { Convention, Field } from './convention.js';
import { conversationId, cutText } from './conversation-fields.js';
import type { ProcessFacts, ProcessOutcome } from './facts.js';
import { cut, result } from './fields.js';
import { DEFAULT_NAMESPACE, type Names } from './names.js';
import {
  pid,
  processBegun,
  processEventSettled,
  processRunning,
  processSettled,
  startedTraceId,
} from './process-fields.js';

const processId: Field<ProcessFacts> = {
  name: 'process_id',
  type: 'string',
  brief: "The server's own id of the process.",
  of: ({ id }) => (id === undefined ? undefined : cut(String(id))),
};

const toolCallId: Field<ProcessFacts> = {
  name: 'tool.call_id',
  type: 'string',
  brief: 'Id of the tool call that it runs for.',
  when: 'when given',
  of: (facts) => cutText(facts.toolCallId),
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
      begun: [
        ...processBegun,
        { ...conversationId, name: GEN_AI_CONVERSATION_ID },
        { ...toolCallId, name: GEN_AI_TOOL_CALL_ID },
      ],
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
      },
      attributes: [result],
    },
    event: {
      name: `${namespace}.exec_server_process`,
      scope: `${namespace}_exec_server::telemetry`,
      body: 'exec-server process completed',
      begun: [processId, conversationId, toolCallId],
      settled: processEventSettled,
    },
    started: {
      span: [pid],
      event: {
        name: `${namespace}.exec_server_process_started`,
        body: 'exec-server process started',
        fields: [startedTraceId],
      },
    },
    running: {
      event: {
        name: `${namespace}.exec_server_process_running`,
        body: 'exec-server process still runs',
        fields: processRunning,
      },
    },
  };
}
