import { type Framing, HeaderFraming, LineFraming } from './framing.js';

/** Makes the framing that a stream turned out to have. */
export type MakeFraming = () => Framing;

/** How many bytes may come before it has to be clear what they are. */
const PROBE_LENGTH = 64;
const HEADER_NAMES = ['content-length:', 'content-type:'];
const FIRST_MEMBER = /^(?:\[\s*)?\{\s*"(?:jsonrpc|id|method|params|result|error|trace)"/;
const MEMBERS: ReadonlySet<string> = new Set([
  'jsonrpc',
  'id',
  'method',
  'params',
  'result',
  'error',
  'trace',
  'traceparent',
  'tracestate',
]);

/**
 * Which framing a stream has, by its first bytes.
 * @param bytes all that has come
 * @returns undefined while that can't be said; `other` for what is no JSON-RPC
 */
export function detectFraming(bytes: Buffer): MakeFraming | 'other' | undefined {
  const text = bytes.toString('latin1', 0, PROBE_LENGTH).trimStart();
  const isEnough = bytes.length >= PROBE_LENGTH;
  if (text === '') return isEnough ? 'other' : undefined;
  if (FIRST_MEMBER.test(text)) return () => new LineFraming();
  if (text.startsWith('{') || text.startsWith('[')) {
    return isEnough || text.includes('\n') ? 'other' : undefined;
  }
  const lower = text.toLowerCase();
  if (HEADER_NAMES.some((name) => lower.startsWith(name))) return () => new HeaderFraming();
  return HEADER_NAMES.some((name) => name.startsWith(lower)) ? undefined : 'other';
}

/**
 * Whether somebody's first message is JSON-RPC, also by those who leave its version out: then it has no other
 * member than a request, a notification or a response has.
 * @see https://www.jsonrpc.org/specification#request_object
 */
export function isJsonRpc(message: unknown): boolean {
  const first: unknown = Array.isArray(message) ? message[0] : message;
  if (typeof first !== 'object' || first === null) return false;
  const { jsonrpc, method, id, params } = first as Record<string, unknown>;
  if (jsonrpc !== undefined) return jsonrpc === '2.0';
  if (typeof method !== 'string') return false;
  if (id === undefined && params === undefined) return false;
  return Object.keys(first).every((name) => MEMBERS.has(name));
}
