import { join } from 'node:path';
import { freePort, mcpOverHttp, mcpOverStdio } from '../conversations.js';
import { folder, inModules, type ProgramCase } from '../program-case.js';
import { levelHttp } from './level-http.js';

const invalid = { name: 'resolve-library-id', arguments: {} };
const context7Questions = [
  { method: 'tools/list' },
  { method: 'tools/call', params: invalid },
  { method: 'tools/call', params: { name: 'no-such-tool', arguments: {} } },
  { method: 'no/such/method' },
];
/** Without these, Context7 has a page with its own metrics, at a port that can't be chosen by the system. */
const LINES_ALONE = {
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_EXEC_LOG: 'info',
};
const context7 = {
  of: '@upstash/context7-mcp',
  role: 'MCP server',
  expected: {
    requests: [
      ['initialize', 'success'],
      ['tools/list', 'success'],
      ['tools/call', 'error', 'tool_error'],
      ['tools/call', 'error', '-32602'],
      ['_OTHER', 'error', '-32601'],
    ],
    notifications: ['notifications/initialized'],
  },
} as const;

/** Servers that use an SDK and nothing else: the first two its first generation, the last its second. */
export const cases: readonly ProgramCase[] = [
  {
    of: '@modelcontextprotocol/server-filesystem',
    role: 'MCP server',
    transport: 'stdio',
    program: {
      path: inModules('@modelcontextprotocol/server-filesystem/dist/index.js'),
      args: [folder],
      folder,
      converse: mcpOverStdio([
        { method: 'tools/list' },
        {
          method: 'tools/call',
          params: { name: 'read_text_file', arguments: { path: join(folder, 'package.json') } },
        },
        {
          method: 'tools/call',
          params: { name: 'read_text_file', arguments: { path: '/etc/passwd' } },
        },
        { method: 'tools/call', params: { name: 'list_allowed_directories', arguments: {} } },
      ]),
    },
    expected: {
      requests: [
        ['initialize', 'success'],
        ['tools/list', 'success'],
        ['tools/call', 'success'],
        ['tools/call', 'error', 'tool_error'],
        ['tools/call', 'success'],
      ],
      notifications: ['notifications/initialized'],
    },
  },
  {
    of: '@modelcontextprotocol/server-memory',
    role: 'MCP server',
    transport: 'stdio',
    program: {
      path: inModules('@modelcontextprotocol/server-memory/dist/index.js'),
      args: [],
      environment: async () => ({ MEMORY_FILE_PATH: join(folder, 'no-such-memory.jsonl') }),
      folder,
      converse: mcpOverStdio([
        { method: 'tools/list' },
        { method: 'tools/call', params: { name: 'read_graph', arguments: {} } },
        { method: 'tools/call', params: { name: 'open_nodes', arguments: { names: 1 } } },
        { method: 'tools/call', params: { name: 'no-such-tool', arguments: {} } },
        { method: 'no/such/method' },
      ]),
    },
    expected: {
      requests: [
        ['initialize', 'success'],
        ['tools/list', 'success'],
        ['tools/call', 'success'],
        ['tools/call', 'error', 'tool_error'],
        ['tools/call', 'error', 'tool_error'],
        ['_OTHER', 'error', '-32601'],
      ],
      notifications: ['notifications/initialized'],
    },
  },
  {
    ...context7,
    transport: 'stdio',
    program: {
      path: inModules('@upstash/context7-mcp/dist/index.js'),
      args: [],
      folder,
      converse: mcpOverStdio(context7Questions),
    },
  },
  {
    ...context7,
    transport: 'HTTP',
    program: {
      path: inModules('@upstash/context7-mcp/dist/index.js'),
      args: ['--transport', 'http', '--port', '$PORT'],
      environment: async () => ({ ...(await freePort()), ...LINES_ALONE }),
      folder,
      converse: mcpOverHttp(context7Questions),
    },
    level: levelHttp,
  },
];
