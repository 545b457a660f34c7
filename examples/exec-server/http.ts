import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Access } from './access.js';

/** Something that the server answers over plain HTTP, beside its WebSocket. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Whether everybody may ask, as for health checks. Default: only who may run commands. */
  readonly open?: boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** Answers by the route that fits. */
export function routed(routes: readonly Route[], access: Access): RequestListener {
  return (request, response) => {
    const path = pathOf(request);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const fitting = routes.filter((route) => route.path === path);
    const route = fitting.find((one) => one.method === method);
    const refusal = route?.open ? undefined : access.refusalOf(request);
    if (refusal !== undefined) sendText(response, refusal.status, refusal.reason);
    else if (route !== undefined) route.handle(request, response);
    else if (fitting.length === 0) sendText(response, 404, 'not found');
    else sendText(response, 405, `try ${fitting.map((one) => one.method).join(' or ')}`);
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
    {
      method: 'GET',
      path: '/livez',
      open: true,
      handle: (_, response) => sendText(response, 200, 'alive'),
    },
    {
      method: 'GET',
      path: '/readyz',
      open: true,
      handle: (_, response) =>
        isReady() ? sendText(response, 200, 'ready') : sendText(response, 503, 'shutting down'),
    },
  ];
}
