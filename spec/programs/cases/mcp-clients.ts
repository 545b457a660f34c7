import { tmpdir } from 'node:os';
import { untilEnd } from '../conversations.js';
import { newerNode } from '../newer-node.js';
import { folder, inModules, type ProgramCase, writeProgram } from '../program-case.js';

const server = inModules('@modelcontextprotocol/server-memory/dist/index.js');

const aiSdk = `
  import { createMCPClient } from '@ai-sdk/mcp';
  import { Experimental_StdioMCPTransport as StdioTransport } from '@ai-sdk/mcp/mcp-stdio';
  const [command, ...args] = process.argv.slice(2);
  const client = await createMCPClient({ transport: new StdioTransport({ command, args }) });
  const tools = await client.tools();
  const result = await tools.read_graph.execute({}, { toolCallId: '1', messages: [] });
  console.log(Object.keys(tools), result);
  await client.close();
`;

/** None of them may read or write what is in the home of who runs the specs. */
const environment = async () => ({ HOME: folder, USERPROFILE: folder, TMPDIR: tmpdir() });

/** Clients that start a server themselves: one of each generation of the SDK, and one of none. */
export const cases: readonly ProgramCase[] = [
  {
    of: 'mcporter',
    role: 'MCP client',
    transport: 'stdio',
    program: {
      execPath: newerNode(),
      path: inModules('mcporter/dist/cli.js'),
      args: ['call', '--stdio', `${process.execPath} ${server}`, 'read_graph'],
      environment,
      folder,
      converse: untilEnd,
    },
    expected: {
      requests: [],
      calls: [
        ['initialize', 'success'],
        ['tools/call', 'success'],
      ],
      notifications: ['notifications/initialized'],
      processes: ['success'],
    },
  },
  {
    of: '@modelcontextprotocol/inspector',
    what: 'with `--cli`',
    role: 'MCP client',
    transport: 'stdio',
    program: {
      execPath: newerNode(),
      path: inModules('@modelcontextprotocol/inspector/clients/launcher/build/index.js'),
      args: [
        ...['--cli', process.execPath, server, '--method', 'tools/call'],
        ...['--tool-name', 'read_graph'],
      ],
      environment,
      folder,
      converse: untilEnd,
    },
    expected: {
      requests: [],
      calls: [
        ['initialize', 'success'],
        ['tools/list', 'success'],
        ['tools/call', 'success'],
      ],
      notifications: ['notifications/initialized'],
      processes: ['success'],
    },
  },
  {
    of: '@ai-sdk/mcp',
    what: 'a client of it',
    role: 'MCP client',
    transport: 'stdio',
    program: {
      execPath: newerNode(),
      path: writeProgram('ai-sdk.mjs', aiSdk),
      args: [process.execPath, server],
      environment,
      folder,
      converse: untilEnd,
    },
    expected: { requests: [], processes: ['terminated'] },
    told: [/ @ai-sdk\/mcp has an MCP client of its own, which McpInstrumentation can't see\. /],
  },
];
