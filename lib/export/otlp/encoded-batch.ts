import type { Batch } from '../queue/batch.js';
import { frameRequest, ITEM, type ScopeItems } from './frames.js';
import type { OtlpItem, OtlpResource, OtlpScope } from './otlp-item.js';
import { ProtobufWriter } from './protobuf-writer.js';

/**
 * Writes an item as the field with that tag.
 * @throws what reading it throws
 */
export type WriteItem<Item> = (writer: ProtobufWriter, tag: number, item: Item) => void;

/** Items of one scope, as bytes. */
class Group implements ScopeItems {
  readonly resource: OtlpResource;
  readonly scope: OtlpScope;
  readonly writer = new ProtobufWriter();

  constructor({ resource, instrumentationScope }: OtlpItem) {
    this.resource = resource;
    this.scope = instrumentationScope;
  }

  get chunks(): Uint8Array[] {
    return this.writer.chunks;
  }

  isOf({ resource, instrumentationScope }: OtlpItem): boolean {
    return this.resource === resource && this.scope === instrumentationScope;
  }
}

/** Items as the bytes that are sent of them. */
export class EncodedBatch<Item extends OtlpItem> implements Batch<Item> {
  readonly #write: WriteItem<Item>;
  readonly #groups: Group[] = [];
  #group: Group | undefined;
  #count = 0;
  #bytes = 0;
  #latest = 0;
  #isHeld = false;

  constructor(write: WriteItem<Item>) {
    this.#write = write;
  }

  get count(): number {
    return this.#count;
  }

  /** Of the items alone: how often a resource and a scope are sent with them is found out in the end. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The resources that the items have. */
  get resources(): Set<OtlpResource> {
    return new Set(this.#groups.map(({ resource }) => resource));
  }

  put(item: Item): void {
    const { writer } = this.#groupOf(item);
    const before = writer.length;
    writer.mark();
    try {
      this.#write(writer, ITEM, item);
    } catch (error) {
      writer.undo();
      throw error;
    }
    this.#latest = writer.length - before;
    this.#bytes += this.#latest;
    this.#count++;
  }

  undo(): void {
    this.#group?.writer.undo();
    this.#bytes -= this.#latest;
    this.#count--;
  }

  /**
   * The request that sends them, in pieces.
   * @throws what reading a resource or a scope throws
   */
  frame(): Uint8Array[] {
    return frameRequest(this.#groups.filter(({ writer }) => writer.length > 0));
  }

  /** Leaves the memory to the collection of garbage: a request may still be read that came to nothing. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Gives the memory back, unless it is held; nobody reads the request from then on. */
  release(): void {
    if (this.#isHeld) return;
    for (const { writer } of this.#groups.splice(0)) writer.release();
  }

  #groupOf(item: Item): Group {
    const latest = this.#group;
    if (latest?.isOf(item)) return latest;
    let group = this.#groups.find((one) => one.isOf(item));
    if (group === undefined) {
      group = new Group(item);
      this.#groups.push(group);
    }
    this.#group = group;
    return group;
  }
}
