import * as schemas from '@modelcontextprotocol/sdk/types.js';
import { ProxyTracerProvider } from '@opentelemetry/api';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import {
  ACP_METHODS,
  jsonRpcServer,
  LSP_METHODS,
  MCP_METHODS,
  mcpClient,
  mcpServer,
} from 'otel-exec/conventions';
import { SignalCapture } from 'otel-exec/testing';
import * as protocol from 'vscode-languageserver/node';

/** What capabilities are registered under; no message has them as its method. */
const REGISTERED = new Set(['notebookDocument/sync', 'textDocument/semanticTokens']);

const METHOD_NOT_FOUND = { result: 'error', code: -32601 } as const;

describe('what is known of the transport, the protocol and the peers', () => {
  const facts = {
    protocolVersion: '2025-11-25',
    transport: 'tcp',
    networkProtocolName: 'http',
    networkProtocolVersion: '1.1',
    serverAddress: 'example.com',
    serverPort: 443,
    clientAddress: '10.1.2.3',
    clientPort: 50_000,
    resourceUri: `file:///${'x'.repeat(1_000)}`,
  };
  const network = {
    'network.transport': 'tcp',
    'network.protocol.name': 'http',
    'network.protocol.version': '1.1',
  };
  const server = { 'server.address': 'example.com', 'server.port': 443 };
  const client = { 'client.address': '10.1.2.3', 'client.port': 50_000 };
  const mcp = {
    ...network,
    'mcp.protocol.version': '2025-11-25',
    'mcp.method.name': 'resources/read',
    'mcp.resource.uri': facts.resourceUri.slice(0, 128),
    'jsonrpc.request.id': '1',
  };
  const point = {
    attributes: {
      'mcp.method.name': 'resources/read',
      'mcp.protocol.version': '2025-11-25',
      'network.transport': 'tcp',
      'network.protocol.name': 'http',
    },
    value: 1,
  };

  it('has no URI of a resource unless that is asked for', async () => {
    await using capture = new SignalCapture();
    const conventions = { request: mcpServer() };
    const telemetry = new ExecTelemetry({ ...capture.providers, conventions });
    const message = { jsonrpc: '2.0', id: 1, method: 'resources/read' };
    telemetry.request(message, { facts }).settle({ result: 'success' });
    expect(JSON.stringify(await capture.signals())).to.not.include('file:');
  });

  it('is on the spans of both ends of MCP, and of it only what is bounded on metrics and in names', async () => {
    await using capture = new SignalCapture();
    const conventions = { request: mcpServer(), call: mcpClient() };
    const telemetry = new ExecTelemetry({
      ...capture.providers,
      conventions,
      captureResourceUri: true,
    });
    const message = { jsonrpc: '2.0', id: 1, method: 'resources/read' };
    telemetry.request(message, { facts }).settle({ result: 'success' });
    telemetry.call(message, { facts }).settle({ result: 'success' });
    await capture.expectExactly({
      spans: [
        { name: 'resources/read', kind: 'SERVER', attributes: { ...mcp, ...client } },
        { name: 'resources/read', kind: 'CLIENT', attributes: { ...mcp, ...server } },
      ],
      metrics: {
        'mcp.server.operation.duration': [point],
        'mcp.client.operation.duration': [point],
      },
    });
  });

  it("is on a JSON-RPC server's span, where it is no version of the protocol itself", async () => {
    await using capture = new SignalCapture();
    const conventions = { request: jsonRpcServer() };
    const telemetry = new ExecTelemetry({ ...capture.providers, conventions });
    telemetry
      .request({ jsonrpc: '1.0', id: null, method: 'm' }, { facts })
      .settle({ result: 'success' });
    await capture.expectExactly({
      spans: [
        {
          name: 'm',
          attributes: {
            'rpc.system.name': 'jsonrpc',
            'rpc.method': 'm',
            'jsonrpc.protocol.version': '1.0',
            ...network,
            ...server,
            ...client,
          },
        },
      ],
    });
  });
});

describe('the message of an error', () => {
  async function statuses(options: object) {
    await using capture = new SignalCapture();
    const described: (string | undefined)[] = [];
    const telemetry = new ExecTelemetry({
      ...capture.providers,
      tracerProvider: describing(capture, described),
      ...options,
    });
    await telemetry.serve({ id: 1, method: 'm' }, () => ({
      error: { code: -1, message: 'a secret' },
    }));
    await telemetry
      .serve({ id: 2, method: 'm' }, () => {
        throw new TypeError('another');
      })
      .catch(() => {});
    await telemetry.serve({ id: 3, method: 'm' }, () => ({ result: 1 }));
    return described;
  }

  it('is in no signal unless asked for', async () => {
    expect(await statuses({})).to.deep.equal([undefined, undefined]);
  });

  it('that cannot be read leaves the status an error', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({ ...capture.providers, captureErrorMessages: true });
    const error = Object.defineProperty(new Error(), 'message', {
      get: () => {
        throw new Error('unreadable');
      },
    });
    telemetry.request({ id: 1, method: 'm' }).settle({ result: 'error', error });
    expect((await capture.signals()).spans.map(({ status }) => status)).to.deep.equal(['ERROR']);
  });

  it('is the description of the status with captureErrorMessages', async () => {
    expect(await statuses({ captureErrorMessages: true })).to.deep.equal(['a secret', 'another']);
  });
});

describe('the path of an executable', () => {
  const executable = '/home/somebody/bin/tool';

  for (const [title, captureExecutablePath, path] of [
    ['is on no span unless asked for', false, undefined],
    ['is on the span with captureExecutablePath', true, executable],
  ] as const) {
    it(title, async () => {
      await using capture = new SignalCapture();
      const telemetry = new ExecTelemetry({ ...capture.providers, captureExecutablePath });
      telemetry.process({ executable }).exited(0, null);
      const { spans } = await capture.signals();
      expect(spans[0]?.attributes).to.deep.equal({
        'process.executable.name': 'tool',
        'process.exit.code': 0,
        ...(path && { 'process.executable.path': path }),
      });
    });
  }
});

describe('a published method', () => {
  it('is known whatever the outcome', async () => {
    await using capture = new SignalCapture();
    const answers = [
      [mcpServer(), MCP_METHODS],
      [jsonRpcServer({ methods: LSP_METHODS }), LSP_METHODS],
      [jsonRpcServer({ methods: ACP_METHODS }), ACP_METHODS],
    ] as const;
    for (const [request, methods] of answers) {
      const telemetry = new ExecTelemetry({ ...capture.providers, conventions: { request } });
      for (const method of methods) telemetry.request({ id: 1, method }).settle(METHOD_NOT_FOUND);
    }
    const { spans } = await capture.signals();
    expect(spans.map(({ name }) => name)).to.deep.equal(answers.flatMap(([, methods]) => methods));
  });

  it('of MCP is each that the SDK has, and those of the revision 2026-07-28 and its tasks', () => {
    const newest = [
      'notifications/subscriptions/acknowledged',
      'server/discover',
      'subscriptions/listen',
      'tasks/update',
    ];
    const ofSdk = Object.values(schemas).flatMap((schema) => {
      const { shape } = schema as { shape?: { method?: { value?: unknown } } };
      return typeof shape?.method?.value === 'string' ? shape.method.value : [];
    });
    expect([...new Set([...ofSdk, ...newest])].sort()).to.deep.equal(MCP_METHODS);
  });

  it('of LSP is each that vscode-languageserver has a message type for', () => {
    const ofLibrary = Object.values(protocol).flatMap((exported) => {
      const { type = exported } = exported as { type?: unknown };
      const { method } = type as { method?: unknown };
      return typeof method === 'string' ? method : [];
    });
    expect(ofLibrary).to.include('textDocument/hover');
    expect(LSP_METHODS).to.include.members(ofLibrary.filter((method) => !REGISTERED.has(method)));
  });

  it('is named once in its list', () => {
    for (const methods of [MCP_METHODS, LSP_METHODS, ACP_METHODS]) {
      expect([...new Set(methods)].sort()).to.deep.equal([...methods]);
    }
  });
});

describe('every scope', () => {
  it('has the schema URL of the conventions that its names are of', async () => {
    await using capture = new SignalCapture();
    const urls: unknown[] = [];
    const { tracerProvider, meterProvider, loggerProvider } = capture.providers;
    const telemetry = new ExecTelemetry({
      tracerProvider: recording(tracerProvider, 'getTracer', urls),
      meterProvider: recording(meterProvider, 'getMeter', urls),
      loggerProvider: recording(loggerProvider, 'getLogger', urls),
    });
    telemetry.request({ id: 1, method: 'm' }).settle({ result: 'success' });
    expect(urls).to.have.length(3);
    for (const url of urls)
      expect(url).to.match(/^https:\/\/opentelemetry\.io\/schemas\/1\.\d+\.0$/);
  });

  it('has it through the proxy of the API as well', async () => {
    await using capture = new SignalCapture();
    const urls: unknown[] = [];
    const proxy = new ProxyTracerProvider();
    proxy.setDelegate(recording(capture.providers.tracerProvider, 'getTracer', urls));
    const telemetry = new ExecTelemetry({ ...capture.providers, tracerProvider: proxy });
    telemetry.request({ id: 1, method: 'm' }).settle({ result: 'success' });
    expect(urls).to.have.length(1);
    expect(urls[0]).to.match(/schemas/);
  });
});

/** A provider whose scopes' schema URLs are told. */
function recording<P extends object>(provider: P, get: keyof P, urls: unknown[]): P {
  const original = provider[get] as (...args: unknown[]) => unknown;
  return Object.assign(Object.create(provider), {
    [get]: (...args: unknown[]) => {
      urls.push((args[2] as { schemaUrl?: unknown } | undefined)?.schemaUrl);
      return Reflect.apply(original, provider, args);
    },
  });
}

/** The tracer provider of a capture, which tells the description of each status that is set. */
function describing({ providers }: SignalCapture, described: (string | undefined)[]) {
  const { tracerProvider } = providers;
  return {
    getTracer(name: string, version?: string) {
      const tracer = tracerProvider.getTracer(name, version);
      return {
        startActiveSpan: tracer.startActiveSpan.bind(tracer),
        startSpan(...args: Parameters<typeof tracer.startSpan>) {
          const span = tracer.startSpan(...args);
          const setStatus = span.setStatus.bind(span);
          span.setStatus = (status) => {
            described.push(status.message);
            return setStatus(status);
          };
          return span;
        },
      };
    },
  };
}
