import { SpanKind } from '@opentelemetry/api';
import {
  GEN_AI_CONVERSATION_ID,
  GEN_AI_OPERATION_NAME,
  GEN_AI_PROVIDER_NAME,
  GEN_AI_REQUEST_MODEL,
  OTHER,
} from './attributes.js';
import { GEN_AI_BOUNDARIES } from './boundaries.js';
import type { Convention } from './convention.js';
import { conversationId, cutText, turnId } from './conversation-fields.js';
import type { InferenceFacts, InferenceOutcome } from './facts.js';
import { durationMs, errorType, result, traceId } from './fields.js';
import { DEFAULT_NAMESPACE, type Names } from './names.js';

/** One call of a model. */
export function inference(names: Names = {}): Convention<InferenceFacts, InferenceOutcome> {
  const namespace = names.namespace ?? DEFAULT_NAMESPACE;
  return {
    title: 'inference',
    labels: [
      {
        name: 'model',
        metric: GEN_AI_REQUEST_MODEL,
        span: GEN_AI_REQUEST_MODEL,
        other: OTHER,
        of: (facts) => facts.model,
      },
      {
        name: 'provider',
        metric: GEN_AI_PROVIDER_NAME,
        span: GEN_AI_PROVIDER_NAME,
        other: OTHER,
        of: (facts) => facts.provider,
      },
    ],
    admit: 'begin',
    span: {
      kind: SpanKind.CLIENT,
      templates: ['chat {model}', 'chat'],
      name: ({ model = OTHER }) => (model === OTHER ? 'chat' : `chat ${model}`),
      constant: { [GEN_AI_OPERATION_NAME]: 'chat' },
      begun: [{ ...conversationId, name: GEN_AI_CONVERSATION_ID }],
      settled: [errorType],
    },
    metrics: {
      duration: {
        name: 'gen_ai.client.operation.duration',
        description: 'Time from a sent model call to its complete answer.',
        unit: 's',
        labelled: true,
        boundaries: GEN_AI_BOUNDARIES,
      },
      constant: { [GEN_AI_OPERATION_NAME]: 'chat' },
      attributes: [errorType],
    },
    event: {
      name: `${namespace}.inference`,
      scope: `${namespace}_core::turn_timing`,
      body: 'inference completed',
      begun: [
        conversationId,
        turnId,
        {
          name: 'inference_index',
          type: 'int',
          brief: 'Which call of its turn it is, from 1.',
          when: 'when given',
          of: (facts) => facts.index,
        },
        { name: 'model', type: 'string', brief: 'The model.', of: (facts) => cutText(facts.model) },
        {
          name: 'provider_name',
          type: 'string',
          brief: 'The provider.',
          of: (facts) => cutText(facts.provider),
        },
      ],
      settled: [traceId, result, durationMs, errorType],
    },
    results: ['success', 'error', 'cancelled'],
    errorTypes: ['the class of what was thrown', '`cancelled`', '`_OTHER`'],
  };
}
