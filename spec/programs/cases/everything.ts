import { freePort, mcpOverHttp, mcpOverStdio, type Question } from '../conversations.js';
import { folder, inModules, type ProgramCase } from '../program-case.js';
import { levelHttp } from './level-http.js';

const questions: readonly Question[] = [
  { method: 'ping' },
  { method: 'tools/list' },
  { method: 'tools/call', params: { name: 'echo', arguments: { message: 'hello' } } },
  { method: 'tools/call', params: { name: 'get-sum', arguments: { a: 1, b: 2 } } },
  { method: 'tools/call', params: { name: 'get-sum', arguments: { a: 'one' } } },
  { method: 'tools/call', params: { name: 'no-such-tool', arguments: {} } },
  {
    method: 'tools/call',
    params: { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 2 } },
  },
  { method: 'prompts/list' },
  { method: 'prompts/get', params: { name: 'simple-prompt' } },
  { method: 'resources/templates/list' },
  { method: 'no/such/method' },
];

const everything = {
  of: '@modelcontextprotocol/server-everything',
  role: 'MCP server',
  expected: {
    requests: [
      ['initialize', 'success'],
      ['ping', 'success'],
      ['tools/list', 'success'],
      ['tools/call', 'success'],
      ['tools/call', 'success'],
      ['tools/call', 'error', 'tool_error'],
      ['tools/call', 'error', 'tool_error'],
      ['tools/call', 'success'],
      ['prompts/list', 'success'],
      ['prompts/get', 'success'],
      ['resources/templates/list', 'success'],
      ['_OTHER', 'error', '-32601'],
    ],
    notifications: ['notifications/initialized', 'notifications/tools/list_changed'],
  },
} as const;

const path = inModules('@modelcontextprotocol/server-everything/dist/index.js');

/** The reference server, over both of its transports. */
export const cases: readonly ProgramCase[] = [
  {
    ...everything,
    transport: 'stdio',
    program: { path, args: ['stdio'], folder, converse: mcpOverStdio(questions) },
  },
  {
    ...everything,
    transport: 'HTTP',
    program: {
      path,
      args: ['streamableHttp'],
      environment: freePort,
      folder,
      converse: mcpOverHttp(questions),
    },
    level: levelHttp,
  },
];
