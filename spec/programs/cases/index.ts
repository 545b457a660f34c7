import type { ProgramCase } from '../program-case.js';
import { cases as everything } from './everything.js';
import { cases as languageBundles } from './language-bundles.js';
import { cases as languageServers } from './language-servers.js';
import { cases as mcpBundles } from './mcp-bundles.js';
import { cases as mcpClients } from './mcp-clients.js';
import { cases as mcpFrameworks } from './mcp-frameworks.js';
import { cases as mcpServers } from './mcp-servers.js';

/** Every program that is run with otel-exec and without it. */
export const CASES: readonly ProgramCase[] = [
  ...everything,
  ...mcpServers,
  ...mcpFrameworks,
  ...mcpBundles,
  ...mcpClients,
  ...languageServers,
  ...languageBundles,
];
