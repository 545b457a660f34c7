import type { IncomingMessage, ServerResponse } from 'node:http';
import { LineFilterError, parseLineFilter } from 'otel-exec/lines';
import { type Route, sendText } from '../http.js';
import { pageAssets } from './assets.js';
import type { FilterAnswer } from './client/feed-message.js';
import type { Feed } from './feed.js';

/** What the page is served from. */
export interface PageRoutesOptions {
  readonly feed: Feed;
  /** The scopes that events came from. */
  readonly targets: () => Iterable<string>;
  /**
   * Whether everybody may have the page itself, in which there is nothing to hide. A browser can't send a
   * token along when somebody types the address.
   */
  readonly open: boolean;
}

const MAX_FILTER_LENGTH = 1_000;
const SEVERITIES = Array.from({ length: 24 }, (_, index) => index + 1);

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Serves the page, its feed and its filter to its own origin. */
export function pageRoutes({ feed, targets, open }: PageRoutesOptions): Route[] {
  const assets = pageAssets().map((asset) => ({
    ...get(asset.path, (_, response) => {
      response.writeHead(200, { 'content-type': asset.contentType }).end(asset.read());
    }),
    open,
  }));
  return [
    ...assets,
    get('/page/feed', (_, response) => {
      if (feed.full) sendText(response, 503, 'too many pages are open');
      else void feed.serve(response);
    }),
    get('/page/filter', (request, response) => answerFilter(request, response, targets())),
  ];
}

function get(path: string, handle: Route['handle']): Route {
  return {
    method: 'GET',
    path,
    handle: (request, response) => {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      if (isForeign(request)) sendText(response, 403, 'foreign origin');
      else handle(request, response);
    },
  };
}

// https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header: `none` is a user who typed the address.
function isForeign({ headers, url }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  const navigates = url === '/' && headers['sec-fetch-mode'] === 'navigate';
  return site !== undefined && site !== 'same-origin' && site !== 'none' && !navigates;
}

function answerFilter(
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  targets: Iterable<string>,
): void {
  const text = new URLSearchParams(url.split('?')[1]).get('directives') ?? '';
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
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  } catch (error) {
    if (!(error instanceof LineFilterError)) throw error;
    sendText(response, 400, error.message);
  }
}
