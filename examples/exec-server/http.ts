import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** Something that the server answers over plain HTTP, beside its WebSocket. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** Answers by the first route that fits. */
export function routed(routes: readonly Route[]): RequestListener {
  return (request, response) => {
    const path = pathOf(request);
    const fitting = routes.filter((route) => route.path === path);
    const wanted = request.method === 'HEAD' ? 'GET' : request.method;
    const route = fitting.find(({ method }) => method === wanted);
    if (route !== undefined) route.handle(request, response);
    else if (fitting.length === 0) sendText(response, 404, 'not found');
    else sendText(response.setHeader('allow', fitting.map((one) => one.method).join()), 405, 'no');
  };
}

/** The path that a request asks for, without its query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] as string;
}

/** Answers with one line of text. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** Whether the server lives, and whether it takes work. */
export function healthRoutes(isReady: () => boolean): Route[] {
  return [
    { method: 'GET', path: '/livez', handle: (_, response) => sendText(response, 200, 'alive') },
    {
      method: 'GET',
      path: '/readyz',
      handle: (_, response) =>
        isReady() ? sendText(response, 200, 'ready') : sendText(response, 503, 'shutting down'),
    },
  ];
}
