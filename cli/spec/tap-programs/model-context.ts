import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ListRootsRequestSchema, ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { LineCapture } from 'otel-exec/testing';
import type { Question } from '../../../spec/programs/conversations.js';
import { type Heard, outcomeOf, type Server, startOf } from './server.js';

/**
 * The SDK's own client, with its own transport, asks one thing after another.
 * @param asksForRoots whether the server asks its client as well, and first
 */
export async function askModelContext(
  server: Server,
  tapped: boolean,
  questions: readonly Question[],
  asksForRoots: boolean,
): Promise<Heard> {
  const { command, args, env } = startOf(server, tapped);
  const transport = new StdioClientTransport({ command, args, env, stderr: 'pipe' });
  const stderr = new LineCapture(transport.stderr as never);
  const capabilities = { roots: { listChanged: true } };
  const client = new Client({ name: 'spec', version: '1' }, { capabilities });
  const asked = new Promise<void>((resolve) => {
    client.setRequestHandler(ListRootsRequestSchema, () => {
      resolve();
      return { roots: [] };
    });
  });
  await client.connect(transport);
  if (asksForRoots) await asked;
  const answers: unknown[] = [client.getServerVersion(), client.getInstructions()];
  for (const question of questions) {
    answers.push(await outcomeOf(client.request(question, ResultSchema)));
  }
  await client.close();
  await stderr.end().catch(() => {});
  return { answers, stderr: stderr.raw };
}
