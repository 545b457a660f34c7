import { SpanKind } from '@opentelemetry/api';
import {
  GEN_AI_CONVERSATION_ID,
  GEN_AI_OPERATION_NAME,
  GEN_AI_TOOL_CALL_ID,
  GEN_AI_TOOL_NAME,
  OTHER,
} from './attributes.js';
import { GEN_AI_BOUNDARIES } from './boundaries.js';
import type { Convention, Field, Settlement } from './convention.js';
import { conversationId, cutText, turnId } from './conversation-fields.js';
import type { ToolCallFacts, ToolCallOutcome } from './facts.js';
import { errorType, traceId } from './fields.js';
import { DEFAULT_NAMESPACE, type Names } from './names.js';

const callId: Field<ToolCallFacts> = {
  name: 'call_id',
  type: 'string',
  brief: 'Id of the call.',
  when: 'when given',
  of: (facts) => cutText(facts.callId),
};

interface ToolCallDurations {
  readonly dispatch: number;
  readonly handler: number;
  readonly total: number;
}

type ToolCallSettlement = Settlement<ToolCallOutcome>;

function measure({
  outcome,
  began,
  ended,
  durationMillis,
}: ToolCallSettlement): ToolCallDurations | undefined {
  const durations = {
    dispatch:
      outcome.startedAt === undefined ? durationMillis : Math.trunc(outcome.startedAt - began),
    handler: outcome.startedAt === undefined ? 0 : Math.trunc(ended - outcome.startedAt),
    total: durationMillis,
  };
  return Object.values(durations).every((value) => Number.isSafeInteger(value) && value >= 0)
    ? durations
    : undefined;
}

const WHEN_REPRESENTABLE = 'when all three are safe non-negative integers';

/** One tool call of an agent. Only direct calls have a guard. */
export function toolCall(names: Names = {}): Convention<ToolCallFacts, ToolCallOutcome> {
  const namespace = names.namespace ?? DEFAULT_NAMESPACE;
  return {
    title: 'tool call',
    labels: [
      {
        name: 'tool',
        metric: GEN_AI_TOOL_NAME,
        span: GEN_AI_TOOL_NAME,
        original: GEN_AI_TOOL_NAME,
        other: OTHER,
        of: (facts) => facts.tool,
      },
    ],
    admit: (outcome) => outcome.startedAt !== undefined,
    span: {
      kind: SpanKind.INTERNAL,
      templates: ['execute_tool {tool}', 'execute_tool'],
      name: ({ tool = OTHER }) => (tool === OTHER ? 'execute_tool' : `execute_tool ${tool}`),
      constant: { [GEN_AI_OPERATION_NAME]: 'execute_tool' },
      begun: [
        { ...callId, name: GEN_AI_TOOL_CALL_ID },
        { ...conversationId, name: GEN_AI_CONVERSATION_ID },
      ],
      settled: [errorType],
    },
    metrics: {
      duration: {
        name: 'gen_ai.execute_tool.duration',
        description: 'Time from a received tool call to its end.',
        unit: 's',
        labelled: true,
        boundaries: GEN_AI_BOUNDARIES,
      },
      attributes: [errorType],
    },
    event: {
      name: `${namespace}.tool_call`,
      scope: `${namespace}_core::tools::parallel`,
      body: 'tool call completed',
      begun: [
        conversationId,
        turnId,
        {
          name: 'tool_name',
          type: 'string',
          brief: 'Name of the tool.',
          of: (facts) => cutText(facts.tool),
        },
        callId,
        {
          name: 'tool_source',
          type: 'string',
          brief: 'Always `direct`: calls from a code-mode runtime have no guard.',
          of: () => 'direct',
        },
      ],
      settled: [
        traceId,
        {
          name: 'execution_started',
          type: 'boolean',
          brief: 'Whether the dispatch lock was ever taken.',
          of: ({ outcome }) => outcome.startedAt !== undefined,
        },
        {
          name: 'dispatch_duration_ms',
          type: 'int',
          brief: 'Milliseconds until the dispatch lock was taken, or until the end.',
          when: WHEN_REPRESENTABLE,
          of: (settlement) => measure(settlement)?.dispatch,
        },
        {
          name: 'handler_duration_ms',
          type: 'int',
          brief: 'Milliseconds from then to the end; 0 if it never started.',
          when: WHEN_REPRESENTABLE,
          of: (settlement) => measure(settlement)?.handler,
        },
        {
          name: 'total_duration_ms',
          type: 'int',
          brief: "Milliseconds from begin to end; the span's duration.",
          when: WHEN_REPRESENTABLE,
          of: (settlement) => measure(settlement)?.total,
        },
        errorType,
      ],
    },
    errorTypes: ['the class of what was thrown', '`_OTHER`'],
  };
}
