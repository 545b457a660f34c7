import { context as contextApi, createContextKey } from '@opentelemetry/api';
import { runInContext } from '../../opentelemetry/active-context.js';
import { attempt } from '../../opentelemetry/diagnostics.js';
import type { NetworkFacts } from '../rpc/network.js';
import { classNames } from './class-names.js';

const KINDS: readonly (readonly [name: RegExp, network: NetworkFacts])[] = [
  [/stdio/i, { transport: 'pipe' }],
  [/websocket/i, { transport: 'tcp', networkProtocolName: 'websocket' }],
  [/http|sse/i, { transport: 'tcp', networkProtocolName: 'http' }],
];

const PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'ws:': 80,
  'wss:': 443,
};

/** What a transport goes over: by the names of its classes, since none says what it is, and a client's by its URL. */
export function networkOfTransport(transport: object): NetworkFacts {
  const network = classNames(transport)
    .map((name) => KINDS.find(([pattern]) => pattern.test(name))?.[1])
    .find((found) => found !== undefined);
  return network === undefined ? {} : { ...network, ...serverOf(transport) };
}

function serverOf(transport: object): NetworkFacts {
  const { _url: url } = transport as { _url?: unknown };
  if (!(url instanceof URL)) return {};
  return {
    serverAddress: url.hostname.replace(/^\[|\]$/g, ''),
    serverPort: url.port === '' ? PORTS[url.protocol] : Number(url.port),
  };
}

const HTTP_REQUEST = createContextKey('otel-exec HTTP request');

/** An HTTP request that is being handled, and which transport has it. */
interface Handling {
  readonly transport: object;
  readonly request: HttpRequest | null | undefined;
}

/** What is used of an `IncomingMessage` of `node:http`, or of one of `node:http2`'s. */
interface HttpRequest {
  readonly httpVersion?: unknown;
  readonly socket?: { readonly remoteAddress?: unknown; readonly remotePort?: unknown } | null;
}

/** Calls what handles an HTTP request of a transport, so that the messages it receives know their client. */
export function handlingHttp<T>(transport: object, request: unknown, handle: () => T): T {
  const handling = { transport, request } as Handling;
  return runInContext(() => contextApi.active().setValue(HTTP_REQUEST, handling), handle);
}

/** Who has sent the HTTP request that a transport is handling. */
export function networkOfHttpRequest(transport: object): NetworkFacts {
  const handling = contextApi.active().getValue(HTTP_REQUEST) as Handling | undefined;
  if (handling?.transport !== transport) return {};
  const { request } = handling;
  return (request && attempt('reading the client of an HTTP request', () => read(request))) ?? {};
}

function read({ httpVersion, socket }: HttpRequest): NetworkFacts {
  const { remoteAddress, remotePort } = socket ?? {};
  return {
    ...(typeof httpVersion === 'string' && {
      networkProtocolVersion: httpVersion.replace(/^([23])\.0$/, '$1'),
    }),
    ...(typeof remoteAddress === 'string' && { clientAddress: remoteAddress }),
    ...(typeof remotePort === 'number' && { clientPort: remotePort }),
  };
}
