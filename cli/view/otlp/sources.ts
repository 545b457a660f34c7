import type { Sender } from '../received.js';
import { type Message, messageIn, messagesIn, textIn } from './fields.js';
import { attributesIn } from './values.js';

/** The names of one signal's lists, from the outside in. */
export interface SignalLists {
  readonly byResource: string;
  readonly byScope: string;
  readonly items: string;
}

/** An item of a signal, and where it comes from. */
export interface Sourced {
  readonly sender: Sender;
  /** Name of the instrumentation's scope. */
  readonly scope: string;
  readonly item: Message;
}

/** Every item of a request; those of one resource share their sender. @throws Malformed */
export function* itemsOf(request: Message, lists: SignalLists): Generator<Sourced> {
  for (const ofResource of messagesIn(request, lists.byResource)) {
    const sender = readSender(messageIn(ofResource, 'resource'));
    for (const ofScope of messagesIn(ofResource, lists.byScope)) {
      const scope = textIn(messageIn(ofScope, 'scope'), 'name');
      for (const item of messagesIn(ofScope, lists.items)) yield { sender, scope, item };
    }
  }
}

// https://opentelemetry.io/docs/specs/semconv/resource/service/: `unknown_service` is for who has no name.
function readSender(resource: Message): Sender {
  const attributes = attributesIn(resource);
  const { 'service.name': service, 'service.instance.id': instance } = attributes;
  return {
    service: typeof service === 'string' && service !== '' ? service : 'unknown_service',
    ...(typeof instance === 'string' && instance !== '' && { instance }),
    attributes,
  };
}
