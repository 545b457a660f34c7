import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { diag } from '@opentelemetry/api';
import { positive } from '../queue-options.js';

/** What the environment calls a signal. */
export type OtlpSignal = 'TRACES' | 'LOGS';

const PREFIX = 'OTEL_EXPORTER_OTLP_';

/**
 * Reads variables of OTLP: those of one signal before those of all.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#configuration-options
 */
export class OtlpVariables {
  readonly #signal: OtlpSignal;

  constructor(signal: OtlpSignal) {
    this.#signal = signal;
  }

  /** The endpoint of the signal as it is, or the base of all with the signal's path behind it. */
  url(path: string): string | undefined {
    const own = this.#own('ENDPOINT');
    if (own !== undefined && isUrl(own)) return new URL(own).href;
    const base = this.#general('ENDPOINT');
    if (base === undefined || !isUrl(base)) return undefined;
    return new URL(`${base.endsWith('/') ? base : `${base}/`}${path}`).href;
  }

  /** Those of all signals, and over them those of this one. */
  headers(): Record<string, string> {
    return { ...parsePairs(this.#general('HEADERS')), ...parsePairs(this.#own('HEADERS')) };
  }

  compression(): 'gzip' | 'none' | undefined {
    return this.#choose('COMPRESSION', (text) =>
      text === 'gzip' || text === 'none' ? text : undefined,
    );
  }

  timeoutMillis(): number | undefined {
    return this.#choose('TIMEOUT', positive);
  }

  /** What is in the file that a variable names; undefined where it can't be read. */
  file(name: 'CERTIFICATE' | 'CLIENT_CERTIFICATE' | 'CLIENT_KEY'): Uint8Array | undefined {
    const path = this.#own(name) ?? this.#general(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(resolve(path));
    } catch (error) {
      diag.warn(`otel-exec: ${PREFIX}${name} can't be read: ${(error as Error).message}`);
      return undefined;
    }
  }

  #choose<T>(name: string, parse: (text: string) => T | undefined): T | undefined {
    for (const variable of [`${PREFIX}${this.#signal}_${name}`, `${PREFIX}${name}`]) {
      const text = read(variable);
      if (text === undefined) continue;
      const value = parse(text);
      if (value !== undefined) return value;
      diag.warn(`otel-exec: ${variable} is not used: ${JSON.stringify(text)}`);
    }
    return undefined;
  }

  #own(name: string): string | undefined {
    return read(`${PREFIX}${this.#signal}_${name}`);
  }

  #general(name: string): string | undefined {
    return read(`${PREFIX}${name}`);
  }
}

/** An empty value is the same as an unset variable. */
function read(name: string): string | undefined {
  return process.env[name]?.trim() || undefined;
}

function isUrl(text: string): boolean {
  const isOne = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isOne) diag.warn(`otel-exec: no URL of HTTP, and not used as an endpoint: ${text}`);
  return isOne;
}

/**
 * Pairs as of W3C Baggage, without properties; what is none is left out.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
function parsePairs(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((entry): [string, string][] => {
    const [pair = ''] = entry.split(';', 1);
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    try {
      const decoded: [string, string] = [
        decodeURIComponent(name.trim()),
        decodeURIComponent(value.trim()),
      ];
      return decoded.includes('') ? [] : [decoded];
    } catch {
      return [];
    }
  });
  return Object.fromEntries(pairs);
}
