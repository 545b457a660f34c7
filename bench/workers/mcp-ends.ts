import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { McpInstrumentation } from 'otel-exec/instrumentation';
import { serveTurns } from '../measure/worker.js';
import { histogramRecords, registerSdk } from '../sdk.js';
import { byHand } from '../variants/by-hand.js';
import { REMOTE } from '../variants/message.js';

/* One variant of a client that calls a server's tool, on either generation of MCP's SDK. */

interface Client {
  connect(transport: object): Promise<void>;
  callTool(call: object): Promise<unknown>;
}

interface Server {
  registerTool(name: string, config: object, handler: (extra: Extra) => Promise<object>): void;
  connect(transport: object): Promise<void>;
}

/** What a handler is told beside its arguments: by the first generation, by the second. */
interface Extra {
  readonly _meta?: Carrier;
  readonly mcpReq?: { readonly _meta?: Carrier };
}

interface Carrier {
  readonly traceparent: string;
}

interface Generation {
  readonly clientModule: { readonly Client: new (info: object) => Client };
  readonly serverModule: object;
  readonly McpServer: new (info: object) => Server;
  readonly InMemoryTransport: { createLinkedPair(): [object, object] };
}

const [, , generation, variant] = process.argv;
const sdk = await registerSdk();
const { clientModule, serverModule, McpServer, InMemoryTransport } = await load();
const ours = { client: 'the client', server: 'the server' };
if (variant === ours.client || variant === ours.server || variant === 'both ends') {
  const instrumentation = new McpInstrumentation();
  if (variant !== ours.server) instrumentation.instrumentModule(clientModule);
  if (variant !== ours.client) instrumentation.instrumentModule(serverModule);
}
const isByHand = variant === 'both ends by hand';
const observe = byHand(sdk);
const active = trace.setSpanContext(ROOT_CONTEXT, REMOTE);
const message = { id: 1, method: 'tools/call', params: {} };
const call = { name: 'greet', arguments: { who: 'you' } };
const greeting = { content: [{ type: 'text', text: 'hello' }] };

const server = new McpServer({ name: 'bench', version: '1' });
server.registerTool('greet', { description: 'Greets.' }, isByHand ? answerByHand : answer);
const [near, far] = InMemoryTransport.createLinkedPair();
const client = new clientModule.Client({ name: 'bench', version: '1' });
await Promise.all([server.connect(far), client.connect(near)]);

serveTurns(
  async (times) => {
    for (let done = 0; done < times; done++) {
      await (isByHand ? askByHand() : client.callTool(call));
    }
  },
  async () => {
    await sdk.flush();
    const { spans, events } = sdk.exported;
    return { spans, events, records: histogramRecords(sdk.exported) };
  },
);

async function answer(): Promise<object> {
  return greeting;
}

/** The trace goes from one end to the other, and is kept while either waits, as by ours. */
function askByHand(): Promise<unknown> {
  observe(message);
  const _meta = {};
  propagation.inject(active, _meta);
  return context.with(active, () => client.callTool({ ...call, _meta }));
}

async function answerByHand({ _meta, mcpReq }: Extra): Promise<object> {
  const carrier = (_meta ?? mcpReq?._meta) as Carrier;
  observe({ ...message, trace: carrier });
  return context.with(active, answer);
}

async function load(): Promise<Generation> {
  if (generation === 'first') {
    const name = '@modelcontextprotocol/sdk';
    const serverModule = await import(`${name}/server/index.js`);
    const clientModule = await import(`${name}/client/index.js`);
    const { McpServer } = await import(`${name}/server/mcp.js`);
    const { InMemoryTransport } = await import(`${name}/inMemory.js`);
    return { clientModule, serverModule, McpServer, InMemoryTransport };
  }
  const scope = '@modelcontextprotocol';
  const serverModule = await import(`${scope}/server`);
  const clientModule = await import(`${scope}/client`);
  return { ...serverModule, clientModule, serverModule };
}
