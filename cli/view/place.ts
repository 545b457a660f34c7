import { VIEW_HEADER } from '../signals/view.js';
import { ViewFailure } from './failure.js';
import { type HandlersAt, LocalServer } from './receiver/server.js';

const PATIENCE_MILLIS = 1_000;

/** Where a view is asked to be. */
export interface Wish {
  readonly host: string;
  /** 0 is any that is free. */
  readonly port: number;
  /** Whether any other port will do where that one is taken. */
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
  try {
    const server = await LocalServer.listen(host, port, handlersAt);
    return { url: server.url, server };
  } catch (error) {
    if (!isTaken(error)) throw new ViewFailure(`can't listen on port ${port}: ${error}`);
  }
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const isView = await isViewThere(url);
  if (canJoin && isView) return { url, server: undefined };
  if (canMove) {
    const server = await LocalServer.listen(host, 0, handlersAt);
    return { url: server.url, server };
  }
  throw new ViewFailure(
    isView
      ? `a view is there already: ${url}/ (--port 0 starts another)`
      : `port ${port} is taken by another program: end that one, or use --port 0 and send to the address that is said then`,
  );
}

/** Whether what answers at an address is a view. Never rejects. */
async function isViewThere(url: string): Promise<boolean> {
  const signal = AbortSignal.timeout(PATIENCE_MILLIS);
  const answer = await fetch(url, { method: 'HEAD', signal }).catch(() => undefined);
  return answer?.headers.get(VIEW_HEADER) === '1';
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
