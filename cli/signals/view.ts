import { get } from 'node:http';
import { readDestinations, type Variables } from './destinations.js';

/** Where `otel-exec view` is by default. */
export const VIEW_URL = 'http://127.0.0.1:4318';
/** The header by which an answer of it is known. */
export const VIEW_HEADER = 'otel-exec-view';
const PATIENCE_MILLIS = 1_000;

/**
 * Looks whether a view runs on its default port while signals go nowhere. Never rejects, and keeps no program alive.
 * @param command what is asked for, such as `run`
 * @param url where a view is looked for
 * @returns the one line that says so, and how to use it; undefined where there is none, or signals go elsewhere
 */
export async function noticeView(
  variables: Variables,
  command: 'run' | 'tap',
  url: string = VIEW_URL,
): Promise<string | undefined> {
  const { disabled, exported } = readDestinations(variables);
  if (disabled || exported || !(await isViewThere(url))) return undefined;
  return (
    `a view runs at ${url}/. To see this there: ` +
    `OTEL_EXPORTER_OTLP_ENDPOINT=${url} otel-exec ${command} …`
  );
}

/** Whether what answers at an address is a view. Never rejects, and keeps no program alive. */
export function isViewThere(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: PATIENCE_MILLIS }, (response) => {
      response.destroy();
      resolve(response.headers[VIEW_HEADER] === '1');
    });
    request.on('socket', (socket) => socket.unref());
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
  });
}
