import { freePort, mcpOverHttp, mcpOverStdio } from '../conversations.js';
import { folder, inModules, type ProgramCase } from '../program-case.js';
import { levelHttp } from './level-http.js';

const call = (name: string, args = {}) => ({
  method: 'tools/call',
  params: { name, arguments: args },
});

const notion = {
  of: '@notionhq/notion-mcp-server',
  role: 'MCP server',
  bundled: true,
} as const;
const notionPath = inModules('@notionhq/notion-mcp-server/bin/cli.mjs');
const notionQuestions = [
  { method: 'ping' },
  { method: 'tools/list' },
  call('no-such-tool'),
  { method: 'no/such/method' },
];

/** Servers that have the SDK inside of their own files, where no module hook sees it. */
export const cases: readonly ProgramCase[] = [
  {
    of: '@playwright/mcp',
    role: 'MCP server',
    transport: 'stdio',
    bundled: true,
    program: {
      path: inModules('@playwright/mcp/cli.js'),
      args: ['--headless', '--isolated', '--executable-path', '/no/such/browser'],
      folder,
      converse: mcpOverStdio([
        { method: 'tools/list' },
        call('browser_navigate', { url: 'about:blank' }),
        call('no-such-tool'),
        { method: 'no/such/method' },
      ]),
    },
    expected: {
      requests: [
        ['initialize', 'success'],
        ['tools/list', 'success'],
        ['tools/call', 'error', 'tool_error'],
        ['tools/call', 'error', 'tool_error'],
        ['_OTHER', 'error', '-32601'],
      ],
      notifications: ['notifications/initialized'],
    },
  },
  {
    of: 'chrome-devtools-mcp',
    role: 'MCP server',
    transport: 'stdio',
    bundled: true,
    program: {
      path: inModules('chrome-devtools-mcp/build/src/bin/chrome-devtools-mcp.js'),
      args: ['--no-usage-statistics', '--no-performance-crux'],
      environment: async () => ({ CHROME_DEVTOOLS_MCP_NO_UPDATE_CHECKS: '1' }),
      folder,
      converse: mcpOverStdio([
        { method: 'tools/list' },
        call('navigate_page', { url: 1 }),
        call('no-such-tool'),
        { method: 'no/such/method' },
      ]),
    },
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
  },
  {
    ...notion,
    transport: 'stdio',
    program: { path: notionPath, args: [], folder, converse: mcpOverStdio(notionQuestions) },
    expected: {
      requests: [
        ['initialize', 'success'],
        ['ping', 'success'],
        ['tools/list', 'success'],
        ['tools/call', 'error', '-32603'],
        ['_OTHER', 'error', '-32601'],
      ],
      notifications: ['notifications/initialized'],
    },
  },
  {
    ...notion,
    transport: 'HTTP',
    program: {
      path: notionPath,
      args: ['--transport', 'http', '--port', '$PORT', '--unsafe-disable-auth'],
      environment: freePort,
      folder,
      converse: mcpOverHttp(notionQuestions),
    },
    level: levelHttp,
    expected: { requests: [] },
    told: [
      / cli\.mjs is a bundle that holds @modelcontextprotocol\/sdk, where McpInstrumentation /,
    ],
  },
];
