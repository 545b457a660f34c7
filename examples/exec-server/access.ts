import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  return version === 0
    ? host === 'localhost'
    : loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

/** Why a request is turned away. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly reason: string;
}

/** What decides who may come in. */
export interface AccessOptions {
  /** The secret that every client must send; without one, only loopback is served. */
  readonly token: string | undefined;
  /** Origins of web pages that may connect, beside the server's own. */
  readonly allowedOrigins: readonly string[];
}

/** Decides who may come in. */
export class Access {
  readonly #options: AccessOptions;
  readonly #digest: Buffer | undefined;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#digest = options.token === undefined ? undefined : digest(options.token);
  }

  /**
   * Whether a request may read what the server shows. Without a token, names that don't mean this machine
   * are refused: a web page could have had its own name point here ("DNS rebinding").
   */
  refusalOf({ headers }: IncomingMessage): Refusal | undefined {
    if (this.#digest === undefined && !isLoopback(hostOf(`http://${headers.host}`) ?? '')) {
      return { status: 403, reason: 'this name does not mean this machine' };
    }
    if (headers.origin !== undefined && !this.#isOwn(headers.origin, headers.host)) {
      return { status: 403, reason: 'foreign origin' };
    }
    if (!this.#hasToken(headers.authorization ?? subprotocolOf(headers)))
      return { status: 401, reason: 'token required' };
    return undefined;
  }

  // RFC 6454, 6.2: what a browser sends as Origin, and so can be compared as text.
  #isOwn(origin: string, host: string | undefined): boolean {
    return origin === `http://${host}` || this.#options.allowedOrigins.includes(origin);
  }

  // RFC 6750, 2.1
  #hasToken(authorization = ''): boolean {
    if (this.#digest === undefined) return true;
    const [, token = ''] = /^Bearer +(.+)$/i.exec(authorization) ?? [];
    return timingSafeEqual(digest(token), this.#digest);
  }
}

// https://websockets.spec.whatwg.org/#dom-websocket-websocket: a page can't set headers on a WebSocket, but
// it can name subprotocols; `bearer.` and the token in base64url is never the one that is answered.
function subprotocolOf({ 'sec-websocket-protocol': offered = '' }: IncomingHttpHeaders) {
  const [, encoded] = /(?:^|, *)bearer\.([\w-]+)$/.exec(offered) ?? [];
  return encoded && `Bearer ${Buffer.from(encoded, 'base64url')}`;
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : undefined;
}
