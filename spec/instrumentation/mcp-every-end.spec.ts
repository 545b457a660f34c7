import { once } from 'node:events';
import { expect } from 'chai';
import { McpInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
import { firstTransports, secondTransports, type Transports } from './mcp-pairs.js';
import { loadMcp, loadSecondMcp, type McpClient, type McpPackage } from './mcp-peer.js';

/** What a handler is given, in either generation. */
interface Extra {
  readonly signal?: AbortSignal;
  readonly sendRequest?: (request: object, schema: unknown) => Promise<unknown>;
  readonly mcpReq?: {
    readonly signal: AbortSignal;
    send(request: object): Promise<unknown>;
  };
}

/** Longer than any request takes to be received. */
const LATE_MILLIS = 700;

/** Kind, name and error type of a span. */
type End = readonly [kind: string, name: string, errorType?: string];

const both = (name: string, errorType?: string): End[] =>
  ['CLIENT', 'SERVER'].map((kind) => (errorType ? [kind, name, errorType] : [kind, name]));

for (const [generation, load, loadTransports] of [
  ['first', () => loadMcp('@modelcontextprotocol/sdk'), firstTransports],
  ['second', loadSecondMcp, secondTransports],
] as const) {
  for (const carrier of ['pipes', 'http'] as const) {
    describe(`every way that a request ends, with the ${generation} MCP SDK over ${carrier}`, () => {
      let mcp: McpPackage;
      let transports: Transports;
      let capture: SignalCapture;
      let instrumentation: McpInstrumentation;
      let held: (signal: AbortSignal) => void;

      before(async () => {
        [mcp, transports] = await Promise.all([load(), loadTransports()]);
      });

      beforeEach(() => {
        capture = new SignalCapture().register();
        instrumentation = new McpInstrumentation();
        instrumentation.instrumentModule(mcp.serverModule);
        instrumentation.instrumentModule(mcp.clientModule);
      });

      afterEach(async () => {
        instrumentation.disable();
        await capture[Symbol.asyncDispose]();
      });

      async function handle(name: string, extra: Extra): Promise<object> {
        const signal = extra.signal ?? extra.mcpReq?.signal;
        if (name === 'throw') throw new mcp.McpError(-32001, 'secret');
        if (name === 'hold' && signal !== undefined) {
          held(signal);
          await new Promise(() => {});
        }
        if (name === 'look') {
          const request = { method: 'roots/list' };
          await (extra.sendRequest?.(request, mcp.schemas.ResultSchema) ??
            extra.mcpReq?.send(request));
        }
        return { content: [], isError: name === 'break' };
      }

      /** What both ends tell of a conversation, but of how it begins. */
      async function converse(talk: (client: McpClient) => Promise<unknown>): Promise<End[]> {
        await using pair = await transports[carrier]();
        const server = new mcp.Server({ name: 's', version: '1' }, { capabilities: { tools: {} } });
        server.setRequestHandler(mcp.schemas.CallToolRequestSchema, ({ params }, extra) =>
          handle(params.name, extra),
        );
        const info = { name: 'c', version: '1' };
        const client = new mcp.Client(info, { capabilities: { roots: {} } });
        client.setRequestHandler(mcp.schemas.ListRootsRequestSchema, () => ({ roots: [] }));
        await server.connect(pair.server);
        await client.connect(pair.client);
        await talk(client);
        await client.close();
        await server.close();
        const { spans } = await capture.signals();
        return spans
          .filter(({ name }) => !/^(initialize|notifications\/.*)$/.test(name))
          .map(({ kind, name, attributes }) => {
            const { 'error.type': errorType } = attributes;
            return errorType === undefined ? [kind, name] : [kind, name, String(errorType)];
          });
      }

      function callTool(client: McpClient, name: string, options = {}): Promise<unknown> {
        const request = { method: 'tools/call', params: { name } };
        return client.request(request, mcp.schemas.ResultSchema, options);
      }

      function holding(): Promise<AbortSignal> {
        return new Promise((resolve) => {
          held = resolve;
        });
      }

      it('is told of at both ends: success, tool errors, errors, and unknown methods', async () => {
        const ends = await converse(async (client) => {
          await callTool(client, 'greet');
          await callTool(client, 'break');
          await refused(callTool(client, 'throw'));
          await refused(client.request({ method: 'no/such' }, mcp.schemas.ResultSchema));
        });
        expect(ends).to.have.deep.members([
          ...both('tools/call greet'),
          ...both('tools/call', 'tool_error'),
          ...both('tools/call', '-32001'),
          ...both('mcp', '-32601'),
        ]);
      });

      it('is told of at both ends: what is cancelled, and what waited too long', async () => {
        const ends = await converse(async (client) => {
          const giveUp = new AbortController();
          let signal = holding();
          const cancelled = callTool(client, 'hold', { signal: giveUp.signal });
          await signal;
          giveUp.abort('enough');
          await refused(cancelled);
          await aborted(await signal);
          signal = holding();
          const late = callTool(client, 'hold', { timeout: LATE_MILLIS });
          const forgotten = await signal;
          await refused(late);
          await aborted(forgotten);
        });
        expect(ends).to.have.deep.members([
          ...both('tools/call', 'cancelled'),
          ['CLIENT', 'tools/call', 'timeout'],
          ['SERVER', 'tools/call', 'cancelled'],
        ]);
      });

      it('is told of at both ends: what a close leaves', async () => {
        const ends = await converse(async (client) => {
          const signal = holding();
          const lost = callTool(client, 'hold');
          await signal;
          await client.close();
          await refused(lost);
        });
        expect(ends).to.have.deep.members(both('tools/call', 'disconnected'));
      });

      it('is told of at both ends: what a server asks meanwhile, of several at once', async () => {
        const ends = await converse((client) =>
          Promise.all(['look', 'greet', 'look'].map((name) => callTool(client, name))),
        );
        expect(ends).to.have.deep.members([
          ...both('tools/call look'),
          ...both('tools/call look'),
          ...both('tools/call greet'),
          ...both('roots/list'),
          ...both('roots/list'),
        ]);
      });
    });
  }
}

async function refused(asking: Promise<unknown>): Promise<void> {
  await asking.then(
    () => expect.fail('it was answered'),
    () => {},
  );
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
