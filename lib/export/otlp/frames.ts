import { writeAttributes, writeCount, writeText } from './fields.js';
import type { OtlpResource, OtlpScope } from './otlp-item.js';
import { ProtobufWriter } from './protobuf-writer.js';

/** What is around items: before the first and behind the last. */
interface Frame {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** Items of one scope of one resource, each with its tag {@link ITEM} and its length. */
export interface ScopeItems {
  readonly resource: OtlpResource;
  readonly scope: OtlpScope;
  readonly chunks: readonly Uint8Array[];
}

/**
 * The numbers are the same for spans and for log records.
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/trace/v1/trace.proto
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/logs/v1/logs.proto
 */
const REQUEST = { RESOURCE_ITEMS: 0x0a } as const;
const RESOURCE_ITEMS = { RESOURCE: 0x0a, SCOPE_ITEMS: 0x12, SCHEMA_URL: 0x1a } as const;
const SCOPE_ITEMS = { SCOPE: 0x0a, SCHEMA_URL: 0x1a } as const;
/** @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/resource/v1/resource.proto */
const RESOURCE = { ATTRIBUTES: 0x0a } as const;
/** @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/common/v1/common.proto */
const SCOPE = { NAME: 0x0a, VERSION: 0x12, ATTRIBUTES: 0x1a, DROPPED_ATTRIBUTES: 0x20 } as const;

/** The tag that each item has: of `spans` in ScopeSpans, and of `log_records` in ScopeLogs. */
export const ITEM = 0x12;

/** Bytes that a scope may have without a second page. */
const SMALL = 128;

const framesOfResources = new WeakMap<OtlpResource, Frame>();
const framesOfScopes = new WeakMap<OtlpScope, Frame>();

/**
 * Puts a whole request together around what has been written of its items.
 * @throws what reading a resource or a scope throws
 */
export function frameRequest(groups: readonly ScopeItems[]): Uint8Array[] {
  const resources = new Set(groups.map(({ resource }) => resource));
  return [...resources].flatMap((resource) => {
    const { head, tail } = frameOfResource(resource);
    const inside = groups.filter((group) => group.resource === resource).flatMap(frameScopeItems);
    return enclose(REQUEST.RESOURCE_ITEMS, [head, ...inside, tail]);
  });
}

function frameScopeItems({ scope, chunks }: ScopeItems): Uint8Array[] {
  const { head, tail } = frameOfScope(scope);
  return enclose(RESOURCE_ITEMS.SCOPE_ITEMS, [head, ...chunks, tail]);
}

/** A message of those chunks, as the field with that tag. */
function enclose(tag: number, chunks: readonly Uint8Array[]): Uint8Array[] {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const before = write((writer) => writer.uint32(tag, length));
  return [before, ...chunks.filter((chunk) => chunk.length > 0)];
}

function frameOfResource(resource: OtlpResource): Frame {
  const known = framesOfResources.get(resource);
  if (known !== undefined) return known;
  const { attributes, schemaUrl, asyncAttributesPending } = resource;
  const frame = {
    head: write((writer) => {
      const started = writer.start(RESOURCE_ITEMS.RESOURCE);
      writeAttributes(writer, RESOURCE.ATTRIBUTES, attributes);
      writer.end(started);
    }),
    tail: write((writer) => writeText(writer, RESOURCE_ITEMS.SCHEMA_URL, schemaUrl)),
  };
  if (asyncAttributesPending !== true) framesOfResources.set(resource, frame);
  return frame;
}

function frameOfScope(scope: OtlpScope): Frame {
  const known = framesOfScopes.get(scope);
  if (known !== undefined) return known;
  const frame = {
    head: write((writer) => {
      const started = writer.start(SCOPE_ITEMS.SCOPE);
      writeText(writer, SCOPE.NAME, scope.name);
      writeText(writer, SCOPE.VERSION, scope.version);
      writeAttributes(writer, SCOPE.ATTRIBUTES, scope.attributes);
      writeCount(writer, SCOPE.DROPPED_ATTRIBUTES, scope.droppedAttributesCount);
      writer.end(started);
    }),
    tail: write((writer) => writeText(writer, SCOPE_ITEMS.SCHEMA_URL, scope.schemaUrl)),
  };
  framesOfScopes.set(scope, frame);
  return frame;
}

function write(work: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter(SMALL);
  work(writer);
  return Buffer.concat(writer.chunks);
}
