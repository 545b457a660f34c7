import type { EventRecord } from './feed-message.js';
import type { Group, Lifeline } from './lifeline.js';

/**
 * What somebody looks for: words that must all be found, in a name, a service, a scope, an id, or an
 * attribute as `name=value`.
 */
export class Search {
  readonly #words: readonly RegExp[];

  constructor(text: string) {
    const words = text.split(/\s+/).filter((word) => word !== '');
    this.#words = words.map((word) => new RegExp(escaped(word), 'i'));
  }

  /** Whether everything is found. */
  get isEmpty(): boolean {
    return this.#words.length === 0;
  }

  /** Whether a span is one of those. */
  findsSpan({ span }: Lifeline, name: string): boolean {
    return this.#words.every((word) => {
      const { service, scope, traceId, spanId, result = '', status } = span;
      const texts = [name, span.name, service, scope, traceId, spanId, result, status];
      if (texts.some((text) => word.test(text))) return true;
      return Object.entries(span.attributes).some(([key, value]) => {
        return word.test(`${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
      });
    });
  }

  /** Whether a group has one of those. */
  findsGroup({ lifelines }: Group, nameOf: (lifeline: Lifeline) => string): boolean {
    return this.isEmpty || lifelines.some((one) => this.findsSpan(one, nameOf(one)));
  }

  /** Whether an event is one of those. */
  findsEvent({ line, service, traceId = '', spanId = '' }: EventRecord): boolean {
    return this.#words.every((word) => [line, service, traceId, spanId].some((t) => word.test(t)));
  }
}

function escaped(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
