import { promisify } from 'node:util';
import { context } from '@opentelemetry/api';
import { withoutTracing } from '../../opentelemetry/suppression.js';
import { readAnswer, settledBy } from '../otlp-answer.js';
import type { Sender } from '../queue/batch.js';
import { type Fate, messageOf } from '../queue/fate.js';
import { awaitAttributes } from '../resource-attributes.js';
import { EncodedBatch, type WriteItem } from './encoded-batch.js';
import { type HttpAnswer, HttpClient } from './http-client.js';
import type { OtlpItem } from './otlp-item.js';
import type { OtlpTarget } from './otlp-target.js';
import { parseResponse } from './response.js';
import { parseRetryAfter } from './retry-after.js';

/** @see https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** What an {@link OtlpSender} is made with. */
export interface OtlpSenderParts<Item> {
  readonly target: OtlpTarget;
  /** Milliseconds that one attempt may take. */
  readonly timeoutMillis: number;
  readonly write: WriteItem<Item>;
}

/**
 * Sends batches over HTTP as Protocol Buffers.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export class OtlpSender<Item extends OtlpItem> implements Sender<Item, EncodedBatch<Item>> {
  readonly #parts: OtlpSenderParts<Item>;
  readonly #client: HttpClient;

  constructor(parts: OtlpSenderParts<Item>) {
    this.#parts = parts;
    this.#client = new HttpClient(parts.target);
  }

  begin(): EncodedBatch<Item> {
    return new EncodedBatch(this.#parts.write);
  }

  async send(batch: EncodedBatch<Item>): Promise<Fate> {
    const { timeoutMillis } = this.#parts;
    for (const resource of batch.resources) await awaitAttributes(resource, timeoutMillis);
    let body: Uint8Array[];
    try {
      body = batch.frame();
    } catch (error) {
      return { kind: 'refused', reason: 'rejected', message: messageOf(error) };
    }
    try {
      const answer = await this.#post(body);
      const fate = fateOf(answer);
      if (fate.kind === 'failed' || !answer.isDone) batch.hold();
      else batch.release();
      return fate;
    } catch (error) {
      batch.hold();
      return { kind: 'failed', message: messageOf(error), retryInMillis: undefined };
    }
  }

  close(): void {
    this.#client.close();
  }

  async #post(body: Uint8Array[]): Promise<HttpAnswer> {
    const { target, timeoutMillis } = this.#parts;
    const isZipped = target.compression === 'gzip';
    const sent = isZipped ? [await zip(body)] : body;
    return context.with(withoutTracing(context.active()), () =>
      this.#client.post(sent, isZipped ? 'gzip' : undefined, timeoutMillis),
    );
  }
}

async function zip(body: readonly Uint8Array[]): Promise<Uint8Array> {
  const { gzip } = await import('node:zlib');
  return promisify(gzip)(Buffer.concat(body));
}

function fateOf({ status, statusText, headers, body }: HttpAnswer): Fate {
  if (status >= 200 && status < 300) return settledBy(readAnswer(body, parserOf(headers)));
  const message = `${status} ${statusText}`.trim();
  if (!RETRYABLE.has(status)) return { kind: 'refused', reason: 'rejected', message };
  return { kind: 'failed', message, retryInMillis: parseRetryAfter(headers['retry-after']) };
}

/** An endpoint ought to answer as it was asked; some answer in JSON whatever they were asked in. */
function parserOf(headers: HttpAnswer['headers']): (data: Uint8Array) => unknown {
  const isJson = headers['content-type']?.startsWith('application/json');
  return isJson ? (data) => JSON.parse(Buffer.from(data).toString()) : parseResponse;
}
