import type { ServerResponse } from 'node:http';
import { LineFilterError, parseLineFilter } from 'otel-exec/lines';
import type { FilterAnswer } from './client/feed-message.js';
import { sendJson, sendText } from './responses.js';

const MAX_FILTER_LENGTH = 1_000;
const SEVERITIES = Array.from({ length: 24 }, (_, index) => index + 1);

/** Says what directives let through of the targets that there are. */
export function answerFilter(
  query: URLSearchParams,
  response: ServerResponse,
  targets: Iterable<string>,
): void {
  const text = query.get('directives') ?? '';
  if (text.length > MAX_FILTER_LENGTH) {
    sendText(response, 400, `a filter has at most ${MAX_FILTER_LENGTH} characters`);
    return;
  }
  try {
    const filter = parseLineFilter(text);
    const minimum = Object.fromEntries(
      Array.from(targets, (target) => [
        target,
        SEVERITIES.find((severity) => filter.allows(target, severity)) ?? null,
      ]),
    );
    const answer: FilterAnswer = { directives: filter.toString(), minimum };
    sendJson(response, 200, answer);
  } catch (error) {
    if (!(error instanceof LineFilterError)) throw error;
    sendText(response, 400, error.message);
  }
}
