import type { Field } from './convention.js';
import { cut } from './fields.js';

/** The facts that place a call in its conversation. */
export interface Conversation {
  readonly conversationId?: string | undefined;
  readonly turnId?: string | undefined;
}

/** Cuts a text that may be missing. */
export function cutText(value: string | undefined): string | undefined {
  return value === undefined ? undefined : cut(String(value));
}

/** Id of the conversation. */
export const conversationId: Field<Conversation> = {
  name: 'conversation.id',
  type: 'string',
  brief: 'Id of the conversation.',
  when: 'when given',
  of: (facts) => cutText(facts.conversationId),
};

/** Id of the turn. */
export const turnId: Field<Conversation> = {
  name: 'turn_id',
  type: 'string',
  brief: 'Id of the turn.',
  when: 'when given',
  of: (facts) => cutText(facts.turnId),
};
