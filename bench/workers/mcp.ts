import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { McpInstrumentation } from 'otel-exec/instrumentation';
import { serveTurns } from '../measure/worker.js';
import { histogramRecords, registerSdk } from '../sdk.js';
import { byHand } from '../variants/by-hand.js';
import type { Message } from '../variants/message.js';

/* One variant of an MCP client that calls a server's tool, both in this process. */

interface Mcp {
  readonly Client: new (info: object) => McpClient;
  readonly McpServer: new (info: object) => McpServer;
  readonly InMemoryTransport: { createLinkedPair(): [object, object] };
}

interface McpClient {
  connect(transport: object): Promise<void>;
  callTool(call: object): Promise<{ readonly content: readonly { readonly text: string }[] }>;
}

interface McpServer {
  registerTool(name: string, config: object, handler: () => Promise<object>): void;
  connect(transport: object): Promise<void>;
}

interface Sentry {
  init(options: object): void;
  getClient(): { on(hook: 'spanEnd', listener: () => void): void };
  wrapMcpServerWithSentry<Server>(server: Server): Server;
}

interface Traceloop {
  readonly McpInstrumentation: new () => { manuallyInstrument(modules: object): void };
}

const [, , variant] = process.argv;
const signals = variant === 'ours, spans alone' ? { events: false, metrics: false } : {};
let sentrySpans = 0;
const sentry = variant === '@sentry/node' ? await startSentry() : undefined;
const sdk = sentry === undefined ? await registerSdk(signals) : undefined;
const observe = observeBy(variant);

const name = '@modelcontextprotocol/sdk';
const serverModule = await import(`${name}/server/index.js`);
const clientModule = await import(`${name}/client/index.js`);
const { Client, McpServer, InMemoryTransport } = {
  ...clientModule,
  ...(await import(`${name}/server/mcp.js`)),
  ...(await import(`${name}/inMemory.js`)),
} as Mcp;

if (variant?.startsWith('ours')) new McpInstrumentation().instrumentModule(serverModule);
if (variant === '@traceloop/instrumentation-mcp') await startTraceloop();

const client = await connect();
serveTurns(
  async (times) => {
    for (let done = 0; done < times; done++) {
      await client.callTool({ name: 'greet', arguments: { who: 'you' } });
    }
  },
  async () => {
    await sdk?.flush();
    return {
      spans: (sdk?.exported.spans ?? 0) + sentrySpans,
      events: sdk?.exported.events ?? 0,
      records: sdk === undefined ? 0 : histogramRecords(sdk.exported),
    };
  },
);

function observeBy(name: string | undefined): (message: Message) => void {
  if (name === 'by hand' && sdk !== undefined) return byHand(sdk);
  if (name !== 'a context active, no signal') return () => {};
  const active = ROOT_CONTEXT.setValue(createContextKey('bench'), true);
  return () => context.with(active, () => {});
}

async function connect(): Promise<McpClient> {
  const plain = new McpServer({ name: 'bench', version: '1' });
  const server = sentry?.wrapMcpServerWithSentry(plain) ?? plain;
  server.registerTool('greet', { description: 'Greets.' }, async () => {
    observe({ id: 1, method: 'tools/call', params: {} });
    return { content: [{ type: 'text', text: 'hello' }] };
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const made = new Client({ name: 'bench', version: '1' });
  await Promise.all([server.connect(far), made.connect(near)]);
  return made;
}

async function startTraceloop(): Promise<void> {
  const peer = '@traceloop/instrumentation-mcp';
  const loaded = (await import(peer)) as Traceloop & { default?: Traceloop };
  const { McpInstrumentation: Peer } = loaded.McpInstrumentation
    ? loaded
    : (loaded.default ?? loaded);
  const { Client: client } = clientModule as { Client: unknown };
  const { Server: server } = serverModule as { Server: unknown };
  new Peer().manuallyInstrument({ Client: client, Server: server });
}

async function startSentry(): Promise<Sentry> {
  const peer = '@sentry/node';
  const loaded = (await import(peer)) as Sentry;
  loaded.init({
    dsn: 'http://key@127.0.0.1/1',
    tracesSampleRate: 1,
    transport: () => ({ send: async () => ({}), flush: async () => true }),
  });
  loaded.getClient().on('spanEnd', () => {
    sentrySpans++;
  });
  return loaded;
}
