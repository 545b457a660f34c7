import { context } from '@opentelemetry/api';
import { withoutTracing } from '../opentelemetry/suppression.js';
import type { BatchExporter, BatchResult, Exportable } from './batch-exporter.js';
import { ItemBatch } from './item-batch.js';
import { type OtlpAnswer, settledBy, TAKEN } from './otlp-answer.js';
import type { Sender } from './queue/batch.js';
import { type Fate, messageOf } from './queue/fate.js';
import { isRefusal } from './refusal.js';
import { awaitAttributes } from './resource-attributes.js';
import { type ListenToAnswer, watchAnswers } from './watched-transport.js';

const SUCCESS = 0;

/** What an {@link ExporterSender} is made with. */
export interface ExporterSenderParts<Item> {
  readonly exporter: BatchExporter<Item>;
  /** Milliseconds that one attempt may take. */
  readonly timeoutMillis: number;
  /** About how many bytes an item will have. */
  estimateBytes(item: Item): number;
}

/** Sends batches with an exporter that somebody else has made. */
export class ExporterSender<Item extends Exportable> implements Sender<Item, ItemBatch<Item>> {
  readonly #parts: ExporterSenderParts<Item>;
  readonly #listen: ListenToAnswer;

  constructor(parts: ExporterSenderParts<Item>) {
    this.#parts = parts;
    this.#listen = watchAnswers(parts.exporter);
  }

  begin(): ItemBatch<Item> {
    return new ItemBatch(this.#parts.estimateBytes);
  }

  async send({ items }: ItemBatch<Item>): Promise<Fate> {
    await awaitAttributes(items[0]?.resource, this.#parts.timeoutMillis);
    return this.#attempt(items);
  }

  close(): void {
    try {
      void this.#parts.exporter.shutdown().catch(() => {});
    } catch {}
  }

  #attempt(items: Item[]): Promise<Fate> {
    const { exporter, timeoutMillis } = this.#parts;
    return new Promise((resolve) => {
      let answer: OtlpAnswer | undefined;
      const timer = setTimeout(
        () => done({ code: 1, error: new Error('the export took too long') }),
        timeoutMillis,
      ).unref();
      const done = (result: BatchResult) => {
        clearTimeout(timer);
        resolve(fateOf(result, answer));
      };
      const tell = (told: OtlpAnswer) => {
        answer = told;
      };
      try {
        const send = () => exporter.export(items, done);
        context.with(withoutTracing(context.active()), () => this.#listen(tell, send));
      } catch (error) {
        clearTimeout(timer);
        resolve({ kind: 'refused', reason: 'rejected', message: messageOf(error) });
      }
    });
  }
}

function fateOf({ code, error }: BatchResult, answer: OtlpAnswer | undefined): Fate {
  if (code === SUCCESS) return settledBy(answer ?? TAKEN);
  const cause = error ?? new Error('the export failed');
  const message = messageOf(cause);
  if (isRefusal(cause)) return { kind: 'refused', reason: 'rejected', message };
  return { kind: 'failed', message, retryInMillis: answer?.retryInMillis };
}
