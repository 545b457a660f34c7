import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import { OtlpLogRecordProcessor, OtlpSpanProcessor } from 'otel-exec/export';
import { batchOf, logRecord, span } from './arbitrary-items.js';
import { decodeRequest, type RequestName } from './otlp-messages.js';
import { Sink } from './sink.js';

interface Serializer {
  serializeRequest(items: never): Uint8Array | undefined;
}

interface Exported<Item> {
  readonly request: RequestName;
  readonly official: Serializer;
  readonly batch: fc.Arbitrary<Item[]>;
  take(item: Item): void;
  forceFlush(): Promise<void>;
}

/**
 * Exports random spans, so many, and as many random log records, and compares what is decoded of them with what is
 * decoded of what the official serializer makes of them.
 * @throws Error where they differ, with the smallest input that was found
 */
export async function expectAgreement(count: number): Promise<void> {
  await using sink = await Sink.start();
  const spans = new OtlpSpanProcessor({ url: sink.url });
  const records = new OtlpLogRecordProcessor({ url: sink.url });
  await expectSame(count, sink, {
    request: 'ExportTraceServiceRequest',
    official: ProtobufTraceSerializer,
    batch: batchOf(span),
    take: (item) => spans.onEnd(item as never),
    forceFlush: () => spans.forceFlush(),
  });
  await expectSame(count, sink, {
    request: 'ExportLogsServiceRequest',
    official: ProtobufLogsSerializer,
    batch: batchOf(logRecord),
    take: (item) => records.onEmit(item as never),
    forceFlush: () => records.forceFlush(),
  });
  await Promise.all([spans.shutdown(), records.shutdown()]);
}

async function expectSame<Item>(count: number, sink: Sink, exported: Exported<Item>) {
  const { request, official, batch, take, forceFlush } = exported;
  let compared = 0;
  const property = fc.asyncProperty(batch, async (items) => {
    for (const item of items) take(item);
    await forceFlush();
    const [ours, ...more] = sink.take();
    assert.deepEqual(more, []);
    assert(ours !== undefined);
    const theirs = official.serializeRequest(items as never);
    assert(theirs !== undefined);
    const decoded = [ours, theirs].map((bytes) => decodeRequest(request, bytes));
    if (!isDeepStrictEqual(decoded[0], decoded[1])) assert.deepEqual(decoded[0], decoded[1]);
    compared += items.length;
  });
  while (compared < count) await fc.assert(property, { numRuns: 50 });
}
