import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { LIMITS } from '../limits.js';
import type { Budget } from './budget.js';
import { Refused } from './refused.js';

/**
 * Reads what a request has in its body, hands it to `take`, and gives the bytes back to the budget.
 * @throws (rejects with) Refused, and what `take` or the connection throws
 */
export async function withBody<Result>(
  request: IncomingMessage,
  budget: Budget,
  take: (body: Buffer) => Result,
): Promise<Result> {
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.bodyBytes) throw tooLarge();
  let bytes = 0;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of decompressed(request)) {
      if (bytes + chunk.length > LIMITS.bodyBytes) throw tooLarge();
      if (!budget.take(chunk.length)) throw new Refused(503, 'too much at a time', RETRY);
      bytes += chunk.length;
      chunks.push(chunk);
    }
    return take(Buffer.concat(chunks));
  } catch (error) {
    throw isZlibError(error) ? new Refused(400, `this is no gzip: ${error.message}`) : error;
  } finally {
    budget.giveBack(bytes);
  }
}

// https://opentelemetry.io/docs/specs/otlp/#otlphttp-throttling
const RETRY = { 'retry-after': '1' };

function tooLarge(): Refused {
  return new Refused(413, `at most ${LIMITS.bodyBytes} bytes are taken at a time`);
}

function decompressed(request: IncomingMessage): AsyncIterable<Buffer> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity';
  if (encoding === 'identity') return request.iterator({ destroyOnReturn: false });
  if (encoding !== 'gzip') {
    throw new Refused(415, `Content-Encoding ${encoding} is not known`, {
      'accept-encoding': 'gzip, identity',
    });
  }
  const gunzip = createGunzip();
  request.once('error', (error) => gunzip.destroy(error));
  return request.pipe(gunzip);
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
