import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Resource {
  readonly attributes: readonly Attribute[];
}

/** One attribute of anything that OTLP has, as JSON. */
export interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

/** A log record, as JSON. */
export interface LogRecord {
  readonly eventName: string;
  readonly attributes: readonly Attribute[];
}

/** A metric, as JSON: a counter has points. */
export interface Metric extends Named {
  readonly sum?: {
    readonly dataPoints: readonly {
      /** Absent where it would be empty, when a collector wrote it. */
      readonly attributes?: readonly Attribute[];
      readonly asInt?: string | number;
      readonly asDouble?: number;
    }[];
  };
}

/** What one request of OTLP carries, as JSON. */
export interface Batch {
  readonly resourceSpans?: readonly {
    resource: Resource;
    scopeSpans: readonly { spans: readonly Named[] }[];
  }[];
  readonly resourceLogs?: readonly {
    resource: Resource;
    scopeLogs: readonly { logRecords: readonly LogRecord[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    resource: Resource;
    scopeMetrics: readonly { metrics: readonly Metric[] }[];
  }[];
}

interface Named {
  readonly name: string;
}

/** Takes what is exported over OTLP as JSON. */
export class OtlpReceiver implements AsyncDisposable {
  readonly #server: Server;
  readonly #batches: Batch[] = [];

  private constructor(take?: (batch: Batch) => void) {
    const taken = take ?? ((batch: Batch) => void this.#batches.push(batch));
    this.#server = createServer(async (request, response) => {
      taken((await json(request)) as Batch);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }

  /** @param take gets every batch; without it they are kept, to be asked for */
  static async start(take?: (batch: Batch) => void): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(take);
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get spans(): string[] {
    return this.#all('resourceSpans').flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
    );
  }

  get events(): string[] {
    return this.#all('resourceLogs').flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords.map(({ eventName }) => eventName)),
    );
  }

  get metrics(): string[] {
    return this.#all('resourceMetrics').flatMap(({ scopeMetrics }) =>
      scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
    );
  }

  /** The distinct values of one attribute of the resource, over all signals. */
  resource(name: string): Set<string | undefined> {
    const all = [
      ...this.#all('resourceSpans'),
      ...this.#all('resourceLogs'),
      ...this.#all('resourceMetrics'),
    ];
    return new Set(
      all.map(
        ({ resource }) => resource.attributes.find(({ key }) => key === name)?.value.stringValue,
      ),
    );
  }

  #all<Name extends keyof Batch>(name: Name): NonNullable<Batch[Name]>[number][] {
    return this.#batches.flatMap(
      (batch) => (batch[name] ?? []) as NonNullable<Batch[Name]>[number][],
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
