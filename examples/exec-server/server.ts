import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { Access, isLoopback } from './access.js';
import { healthRoutes, type Route, routed } from './http.js';
import { ExecService, type ServiceOptions } from './service.js';
import { serveWebSocket } from './websocket.js';

/** Milliseconds of silence after which the system asks whether a peer is still there. */
const KEEP_ALIVE_MILLIS = 30_000;

const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'is taken: end what listens there, or choose another port with --listen, where 0 picks a free one',
  EACCES: 'needs more rights than this user has: choose a port from 1024 up with --listen',
  EADDRNOTAVAIL: 'is not an address of this machine: choose one that is with --listen',
  ENOTFOUND: 'is a name that nobody knows: choose an address of this machine with --listen',
};

/** What a server is started with; every member is optional. */
export interface ServerOptions extends ServiceOptions {
  /** The address to listen on. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** The port; 0 (default) picks a free one. */
  readonly port?: number | undefined;
  /** What every client must send as `Authorization: Bearer`; needed for any host but loopback. */
  readonly token?: string | undefined;
  /** Origins of web pages that may connect, beside the server's own. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** What it answers over HTTP, beside `/livez` and `/readyz`. */
  readonly routes?: readonly Route[] | undefined;
  /** Answers over HTTP before the server does, and says whether it did. It has to check who asks. */
  readonly page?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
}

/** A server that runs. */
export interface RunningServer {
  /** Where it can be reached: `ws://IP:PORT`. */
  readonly url: string;
  readonly service: ExecService;
  /** Ends its processes, its connections and itself; see {@link ExecService.stop}. */
  stop(): Promise<void>;
}

/**
 * Starts an exec server on WebSocket.
 * @throws Error where the host is not loopback and there is no token, or where it can't listen
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, token, allowedOrigins = [], routes = [], page } = options;
  if (token === undefined && !isLoopback(host)) {
    throw new Error(`listening on ${host} lets others run commands here: a token is needed`);
  }
  const service = new ExecService(options);
  const access = new Access({ token, allowedOrigins });
  const answer = routed([...healthRoutes(() => !service.stopping), ...routes], access);
  const server = createServer(
    { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MILLIS },
    (request, response) => {
      if (!page?.(request, response)) answer(request, response);
    },
  );
  serveWebSocket(server, service, access);
  server.listen(port, host);
  await once(server, 'listening').catch((error) => {
    throw listenError(error, urlOf({ address: host, family: `IPv${isIP(host)}`, port }));
  });
  return {
    url: urlOf(server.address() as AddressInfo),
    service,
    stop: async () => {
      await service.stop();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function listenError(error: NodeJS.ErrnoException, url: string): Error {
  const { code = '' } = error;
  const advice = ADVICE[code];
  return advice === undefined ? error : new Error(`${url} ${advice} (${code})`, { cause: error });
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `ws://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
