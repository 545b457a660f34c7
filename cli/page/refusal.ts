import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Why a request is turned away. */
export interface Refusal {
  /** 401 for who has to say who they are, 403 for who may not. */
  readonly status: 401 | 403;
  /** A line of text. */
  readonly reason: string;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Refuses names that don't mean this machine, and pages of other origins: a web page could have had its own
 * name point here ("DNS rebinding"). A program that is reached by another name, or through a proxy, has to
 * say itself who may read its page.
 */
export function refusalOfForeignNames({ headers }: IncomingMessage): Refusal | undefined {
  if (!isLoopback(hostOf(`http://${headers.host}`) ?? '')) {
    return { status: 403, reason: 'this name does not mean this machine' };
  }
  const { origin } = headers;
  if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === headers.host)) {
    return { status: 403, reason: 'foreign origin' };
  }
  return undefined;
}

function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host === 'localhost';
  return loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : undefined;
}
