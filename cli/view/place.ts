import { get } from 'node:http';
import { ViewFailure } from './failure.js';
import { DEFAULT_PORT } from './options.js';
import { type HandlersAt, LocalServer, VIEW_HEADER } from './receiver/server.js';

const PATIENCE_MILLIS = 1_000;

/** Where a view is asked to be. */
export interface Wish {
  readonly host: string;
  /** 0 is any that is free. Default: {@link DEFAULT_PORT}. */
  readonly port: number | undefined;
  /** Whether any other port will do where the default is taken, since all that is to be shown can be told. */
  readonly canMove: boolean;
  /** Whether a view that is there already will do. */
  readonly canJoin: boolean;
}

/** Where a view is. */
export interface Place {
  /** Without a slash at the end. */
  readonly url: string;
  /** What listens there; undefined where it is another view. */
  readonly server: LocalServer | undefined;
}

/**
 * Listens where it is asked to, or elsewhere as far as the wish allows.
 * @throws (rejects with) ViewFailure where there is no place
 */
export async function takePlace(
  { host, port, canMove, canJoin }: Wish,
  handlersAt: HandlersAt,
): Promise<Place> {
  const wanted = port ?? DEFAULT_PORT;
  try {
    const server = await LocalServer.listen(host, wanted, handlersAt);
    return { url: server.url, server };
  } catch (error) {
    if (!isTaken(error)) throw new ViewFailure(`can't listen on port ${wanted}: ${error}`);
  }
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${wanted}`;
  const isView = await isViewThere(url);
  if (canJoin && isView) return { url, server: undefined };
  if (canMove && port === undefined) {
    const server = await LocalServer.listen(host, 0, handlersAt);
    return { url: server.url, server };
  }
  throw new ViewFailure(
    isView
      ? `a view is there already: ${url}/ (--port 0 starts another)`
      : `port ${wanted} is taken by another program: end that one, or use --port 0 and send to the address that is said then`,
  );
}

/** Whether what answers at an address is a view. Never rejects. */
export function isViewThere(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: PATIENCE_MILLIS }, (response) => {
      response.destroy();
      resolve(response.headers[VIEW_HEADER] === '1');
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
