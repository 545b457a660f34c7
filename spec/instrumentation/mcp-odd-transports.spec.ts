import { DiagLogLevel, diag } from '@opentelemetry/api';
import { expect } from 'chai';
import { McpInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
import { loadMcp, type McpPackage, McpPeer, type McpTransport } from './mcp-peer.js';

/** A transport around another one, whose callbacks can be written and not read, like that of mcp-framework. */
class WriteOnlyTransport {
  onerror: unknown;
  readonly #inner: McpTransport;

  constructor(inner: McpTransport) {
    this.#inner = inner;
  }

  start = () => this.#inner.start();
  send = (message: unknown) => this.#inner.send(message);
  close = () => this.#inner.close();

  set onmessage(callback: McpTransport['onmessage']) {
    this.#inner.onmessage = callback;
  }

  set onclose(callback: McpTransport['onclose']) {
    this.#inner.onclose = callback;
  }
}

/** The same, with callbacks that can be read as well, from accessors of the prototype. */
class AccessorTransport extends WriteOnlyTransport {
  #onmessage: McpTransport['onmessage'];
  #onclose: McpTransport['onclose'];

  override set onmessage(callback: McpTransport['onmessage']) {
    this.#onmessage = callback;
    super.onmessage = callback;
  }

  override get onmessage() {
    return this.#onmessage;
  }

  override set onclose(callback: McpTransport['onclose']) {
    this.#onclose = callback;
    super.onclose = callback;
  }

  override get onclose() {
    return this.#onclose;
  }
}

/** The same, whose members can't be replaced, nor others added. */
class SealedTransport extends AccessorTransport {
  constructor(inner: McpTransport) {
    super(inner);
    Object.seal(this);
  }
}

describe('McpInstrumentation, where a transport', () => {
  let mcp: McpPackage;
  let capture: SignalCapture;
  let instrumentation: McpInstrumentation;
  let warnings: unknown[];

  before(async () => {
    mcp = await loadMcp('@modelcontextprotocol/sdk');
  });

  beforeEach(() => {
    warnings = [];
    const warn = (...told: unknown[]) => void warnings.push(told.join(' '));
    const silent = () => {};
    diag.setLogger(
      { error: warn, warn, info: silent, debug: silent, verbose: silent },
      DiagLogLevel.WARN,
    );
    capture = new SignalCapture().register();
    instrumentation = new McpInstrumentation();
    instrumentation.instrumentModule(mcp.serverModule);
  });

  afterEach(async () => {
    instrumentation.disable();
    await capture[Symbol.asyncDispose]();
    diag.disable();
  });

  async function serve(make: (inner: McpTransport) => object) {
    const [near, far] = mcp.InMemoryTransport.createLinkedPair();
    const server = new mcp.Server({ name: 's', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(mcp.schemas.CallToolRequestSchema, () => new Promise(() => {}));
    const transport = make(far) as McpTransport;
    await server.connect(transport);
    return { peer: new McpPeer(near), transport, server };
  }

  async function ping(peer: McpPeer, id: number): Promise<void> {
    await peer.send({ jsonrpc: '2.0', id, method: 'ping' });
    expect(await peer.answerTo(id)).to.deep.equal({ jsonrpc: '2.0', id, result: {} });
  }

  async function told(): Promise<unknown[]> {
    const { spans } = await capture.signals();
    return spans.map(({ name, attributes }) => [name, attributes['error.type']]);
  }

  for (const Transport of [WriteOnlyTransport, AccessorTransport]) {
    it(`is a ${Transport.name}, answers as before, and is observed up to its close`, async () => {
      const { peer, transport } = await serve((inner) => new Transport(inner));
      await ping(peer, 1);
      await peer.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'hold' } });
      await peer.close();
      expect(await told()).to.deep.equal([
        ['ping', undefined],
        ['tools/call', 'disconnected'],
      ]);
      expect(Object.keys(transport)).to.deep.equal(['onerror', 'start', 'send', 'close']);
      expect(warnings).to.deep.equal([]);
    });
  }

  it('is given another callback later, which calls the one before, is observed once', async () => {
    const { peer, transport } = await serve((inner) => inner);
    await ping(peer, 1);
    const heard: unknown[] = [];
    const before = transport.onmessage;
    transport.onmessage = (message) => {
      heard.push(message.id);
      before?.(message);
    };
    await ping(peer, 2);
    expect(heard).to.deep.equal([2]);
    expect(await told()).to.deep.equal([
      ['ping', undefined],
      ['ping', undefined],
    ]);
    transport.onmessage = undefined;
    expect(transport.onmessage).to.equal(undefined);
  });

  it('is sealed, is left alone, answers, and is told of', async () => {
    const { peer } = await serve((inner) => new SealedTransport(inner));
    await ping(peer, 1);
    await capture.expectExactly({ spans: [] });
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(
      /^otel-exec: the requests of an MCP transport are not observed, .*to observe them, tell an RpcTap/,
    );
  });
});
