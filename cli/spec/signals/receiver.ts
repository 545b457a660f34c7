import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

type Attributes = Record<string, unknown>;

interface Value {
  readonly arrayValue?: { readonly values: readonly Value[] };
  readonly [type: string]: unknown;
}

interface Attribute {
  readonly key: string;
  readonly value: Value;
}

interface Span {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly Attribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface Body {
  readonly resourceSpans?: readonly (Resource & { scopeSpans: { spans: Span[] }[] })[];
  readonly resourceLogs?: readonly (Resource & { scopeLogs: { logRecords: LogRecord[] }[] })[];
  readonly resourceMetrics?: readonly (Resource & {
    scopeMetrics: { metrics: { name: string }[] }[];
  })[];
}

interface Resource {
  readonly resource: { readonly attributes: readonly Attribute[] };
}

interface LogRecord {
  readonly eventName?: string;
  readonly severityNumber: number;
  readonly body: Value;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: readonly Attribute[];
}

/** Takes OTLP as JSON over HTTP, or takes it and never answers. */
export class Receiver implements AsyncDisposable {
  readonly bodies: Body[] = [];
  readonly #server = createServer(async (request, response) => {
    if (this.#silent) return;
    this.bodies.push((await json(request)) as Body);
    response.end('{}');
  });
  readonly #silent: boolean;

  private constructor(silent: boolean) {
    this.#silent = silent;
  }

  /** Starts one on a free port. */
  static async start(how?: 'silent'): Promise<Receiver> {
    const receiver = new Receiver(how === 'silent');
    await once(receiver.#server.listen(0, '127.0.0.1'), 'listening');
    return receiver;
  }

  /** What sends everything here. */
  get variables(): NodeJS.ProcessEnv {
    const { port } = this.#server.address() as AddressInfo;
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    };
  }

  get spans() {
    return this.bodies.flatMap(({ resourceSpans = [] }) =>
      resourceSpans
        .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
        .map(({ attributes, links, ...span }) => ({
          ...span,
          attributes: read(attributes),
          links: links?.map(({ traceId, spanId }) => ({ traceId, spanId })),
        })),
    );
  }

  get events() {
    return this.bodies.flatMap(({ resourceLogs = [] }) =>
      resourceLogs
        .flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
        .map(({ eventName: name, attributes, body, ...record }) => ({
          ...record,
          name,
          body: readValue(body),
          attributes: read(attributes),
        })),
    );
  }

  /** Names of the metrics that came. */
  get metrics(): ReadonlySet<string> {
    return new Set(
      this.bodies.flatMap(({ resourceMetrics = [] }) =>
        resourceMetrics.flatMap(({ scopeMetrics }) =>
          scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
        ),
      ),
    );
  }

  /** The services that anything came from. */
  get services(): ReadonlySet<unknown> {
    const resources = this.bodies.flatMap(({ resourceSpans, resourceLogs, resourceMetrics }) =>
      [resourceSpans, resourceLogs, resourceMetrics].flatMap(
        (one): readonly Resource[] => one ?? [],
      ),
    );
    return new Set(resources.map(({ resource }) => read(resource.attributes)['service.name']));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function read(attributes: readonly Attribute[] = []): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]));
}

function readValue(value: Value): unknown {
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(readValue);
  const [only] = Object.values(value);
  return only;
}
