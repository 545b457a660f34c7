import { freePort, mcpOverHttp, mcpOverStdio } from '../conversations.js';
import { newerNode } from '../newer-node.js';
import { folder, type ProgramCase, writeProgram } from '../program-case.js';
import { levelHttp } from './level-http.js';

const mcpFramework = `
  import { MCPServer, MCPTool } from 'mcp-framework';
  class Greet extends MCPTool {
    name = 'greet';
    description = 'Greets';
    schema = {};
    execute = async () => 'hello';
  }
  const server = new MCPServer({ name: 's', version: '1.0.0' });
  server.addTool(Greet);
  await server.start();
`;

const fastMcp = `
  import { FastMCP } from 'fastmcp';
  const server = new FastMCP({ name: 's', version: '1.0.0' });
  server.addTool({ name: 'greet', description: 'Greets', execute: async () => 'hello' });
  server.addTool({ name: 'break', description: 'Breaks', execute: async () => { throw new Error('broken'); } });
  await server.start({ transportType: 'stdio' });
`;

const mcpUse = `
  import { MCPServer } from 'mcp-use';
  const server = new MCPServer({ name: 's', version: '1.0.0' });
  const content = [{ type: 'text', text: 'hello' }];
  server.tool({ name: 'greet', description: 'Greets' }, async () => ({ content }));
  server.tool({ name: 'break', description: 'Breaks' }, async () => { throw new Error('broken'); });
  await server.listen(Number(process.env.PORT));
  console.error('listening');
`;

const tmcp = `
  import { McpServer } from 'tmcp';
  import { StdioTransport } from '@tmcp/transport-stdio';
  const info = { name: 's', version: '1.0.0', description: 'A server' };
  const server = new McpServer(info, { adapter: undefined, capabilities: { tools: {} } });
  const content = [{ type: 'text', text: 'hello' }];
  server.tool({ name: 'greet', description: 'Greets' }, async () => ({ content }));
  server.tool({ name: 'break', description: 'Breaks' }, async () => { throw new Error('broken'); });
  new StdioTransport(server).listen();
`;

const call = (name: string) => ({ method: 'tools/call', params: { name, arguments: {} } });
const questions = [
  { method: 'tools/list' },
  call('greet'),
  call('break'),
  call('no-such-tool'),
  { method: 'no/such/method' },
];

/** The first two are built on the SDK's first generation; the third has the second inside of its own file, the last has none. */
export const cases: readonly ProgramCase[] = [
  {
    of: 'mcp-framework',
    what: 'a server of it, whose transport has callbacks that can only be written',
    role: 'MCP server',
    transport: 'stdio',
    program: {
      path: writeProgram('mcp-framework.mjs', mcpFramework),
      args: [],
      folder,
      converse: mcpOverStdio([{ method: 'tools/list' }, call('greet')]),
    },
    level: (output) => output.replace(/^\[[^\]]*Z\]/, ''),
    expected: {
      requests: [
        ['initialize', 'success'],
        ['tools/list', 'success'],
        ['tools/call', 'success'],
      ],
      notifications: ['notifications/initialized'],
    },
  },
  {
    of: 'fastmcp',
    what: 'a server of it',
    role: 'MCP server',
    transport: 'stdio',
    program: {
      path: writeProgram('fastmcp.mjs', fastMcp),
      args: [],
      folder,
      converse: mcpOverStdio(questions),
    },
    expected: {
      requests: [
        ['initialize', 'success'],
        ['tools/list', 'success'],
        ['tools/call', 'success'],
        ['tools/call', 'error', 'tool_error'],
        ['tools/call', 'error', '-32601'],
        ['_OTHER', 'error', '-32601'],
      ],
      notifications: ['notifications/initialized'],
    },
  },
  {
    of: 'mcp-use',
    what: 'a server of it',
    role: 'MCP server',
    bundled: true,
    transport: 'HTTP',
    program: {
      execPath: newerNode(),
      path: writeProgram('mcp-use.mjs', mcpUse),
      args: [],
      environment: freePort,
      folder,
      converse: mcpOverHttp(questions),
    },
    level: levelHttp,
    expected: { requests: [] },
    told: [/ index-node\.js of mcp-use holds a copy of @modelcontextprotocol\/server, where /],
  },
  {
    of: 'tmcp',
    what: 'a server of it',
    role: 'MCP server',
    transport: 'stdio',
    program: {
      path: writeProgram('tmcp.mjs', tmcp),
      args: [],
      folder,
      converse: mcpOverStdio(questions),
    },
    expected: {
      requests: [
        ['initialize', 'success'],
        ['tools/list', 'success'],
        ['tools/call', 'success'],
        ['tools/call', 'error', '-32603'],
        ['tools/call', 'error', 'tool_error'],
        ['_OTHER', 'error', '-32601'],
      ],
      notifications: ['notifications/initialized'],
    },
  },
];
