import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Resource {
  readonly attributes: readonly { key: string; value: { stringValue?: string } }[];
}

interface Batch {
  readonly resourceSpans?: readonly {
    resource: Resource;
    scopeSpans: readonly { spans: readonly Named[] }[];
  }[];
  readonly resourceLogs?: readonly {
    resource: Resource;
    scopeLogs: readonly { logRecords: readonly { eventName: string }[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    resource: Resource;
    scopeMetrics: readonly { metrics: readonly Named[] }[];
  }[];
}

interface Named {
  readonly name: string;
}

/** Takes what is exported over OTLP as JSON. */
export class OtlpReceiver implements AsyncDisposable {
  readonly #server: Server;
  readonly #batches: Batch[] = [];

  private constructor() {
    this.#server = createServer(async (request, response) => {
      this.#batches.push((await json(request)) as Batch);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
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
