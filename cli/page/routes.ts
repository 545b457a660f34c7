import type { IncomingMessage, ServerResponse } from 'node:http';
import { ASSETS } from './assets.js';
import type { Feed } from './feed.js';
import { answerFilter } from './filter.js';
import type { HostEndpoints } from './host-endpoints.js';
import type { Refusal } from './refusal.js';
import { guard, sendText } from './responses.js';

/** What the page is served from. */
export interface PageRoutesOptions {
  /** Where it is mounted, with a slash at the end. */
  readonly path: string;
  readonly feed: Feed;
  /** The scopes that events came from. */
  readonly targets: () => Iterable<string>;
  /** What calls the host, where there is one. */
  readonly host: HostEndpoints | undefined;
  readonly refusalOf: (request: IncomingMessage) => Refusal | undefined;
}

interface Route {
  readonly method: 'GET' | 'POST';
  /** Whether everybody may have it who is not of a foreign origin. */
  readonly open?: boolean;
  /** What HEAD is answered with, as the content's type. */
  readonly contentType: string;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Serves the page, its feed, its filter and what its host offers to its own origin. */
export class PageRoutes {
  readonly #path: string;
  readonly #refusalOf: PageRoutesOptions['refusalOf'];
  readonly #routes: ReadonlyMap<string, Route>;

  constructor({ path, feed, targets, host, refusalOf }: PageRoutesOptions) {
    this.#path = path;
    this.#refusalOf = refusalOf;
    this.#routes = new Map([...assetRoutes(), ...signalRoutes(feed, targets), ...hostRoutes(host)]);
  }

  /** Answers a request, if it is one of the page's. @returns whether it was */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const path = pathOf(request);
    if (`${path}/` === this.#path) {
      response.writeHead(308, { location: this.#path }).end();
      return true;
    }
    const route = path.startsWith(this.#path)
      ? this.#routes.get(path.slice(this.#path.length))
      : undefined;
    if (route === undefined) return false;
    guard(response);
    this.#answer(route, request, response);
    return true;
  }

  #answer(route: Route, request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#refusalOf(request);
    const isHead = request.method === 'HEAD' && route.method === 'GET';
    if (refusal !== undefined && !(route.open && refusal.status === 401)) {
      if (refusal.status === 401) response.setHeader('www-authenticate', 'Bearer');
      sendText(response, refusal.status, refusal.reason);
    } else if (isForeign(request, route)) {
      sendText(response, 403, 'foreign origin');
    } else if (isHead) {
      response.writeHead(200, { 'content-type': route.contentType }).end();
    } else if (request.method !== route.method) {
      response.setHeader('allow', route.method === 'GET' ? 'GET, HEAD' : route.method);
      sendText(response, 405, `try ${route.method}`);
    } else {
      route.handle(request, response);
    }
  }
}

function* assetRoutes(): Generator<[string, Route]> {
  for (const [path, { contentType, read }] of ASSETS) {
    const handle: Route['handle'] = (_, response) =>
      void response.writeHead(200, { 'content-type': contentType }).end(read());
    yield [path, { method: 'GET', open: true, contentType, handle }];
  }
}

function signalRoutes(feed: Feed, targets: () => Iterable<string>): [string, Route][] {
  return [
    [
      'page/feed',
      {
        method: 'GET',
        contentType: 'application/x-ndjson',
        handle: (_, response) => {
          if (feed.full) sendText(response, 503, 'too many pages are open');
          else void feed.serve(response);
        },
      },
    ],
    [
      'page/filter',
      {
        method: 'GET',
        contentType: 'application/json',
        handle: (request, response) => answerFilter(queryOf(request), response, targets()),
      },
    ],
  ];
}

function hostRoutes(host: HostEndpoints | undefined): [string, Route][] {
  if (host === undefined) return [];
  const contentType = 'application/json';
  return [
    ['page/run', { method: 'POST', contentType, handle: (...both) => void host.run(...both) }],
    ['page/act', { method: 'POST', contentType, handle: (...both) => void host.act(...both) }],
    [
      'page/output',
      {
        method: 'GET',
        contentType: 'application/x-ndjson',
        handle: (request, response) => void host.output(queryOf(request), response),
      },
    ],
  ];
}

// https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header: `none` is a user who typed the address.
function isForeign({ headers }: IncomingMessage, { open, contentType }: Route): boolean {
  const site = headers['sec-fetch-site'];
  const navigates =
    open && contentType.startsWith('text/html') && headers['sec-fetch-mode'] === 'navigate';
  return site !== undefined && site !== 'same-origin' && site !== 'none' && !navigates;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] as string;
}

function queryOf({ url = '/' }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.split('?')[1]);
}
