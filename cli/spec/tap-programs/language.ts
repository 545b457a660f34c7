import { spawn } from 'node:child_process';
import { LineCapture } from 'otel-exec/testing';
import {
  type Document,
  languageOverStdio,
  type Question,
} from '../../../spec/programs/conversations.js';
import { type Heard, type Server, startOf } from './server.js';

/** The client of `vscode-languageserver-protocol`, with one document open, asks one thing after another. */
export async function askLanguage(
  server: Server,
  tapped: boolean,
  document: Document,
  questions: readonly Question[],
): Promise<Heard> {
  const { command, args, env } = startOf(server, tapped);
  const child = spawn(command, args, { env });
  const stderr = new LineCapture(child.stderr);
  const answers = await languageOverStdio(document, questions)(child);
  child.stdin.end();
  await stderr.end().catch(() => {});
  return { answers: [answers], stderr: stderr.raw };
}
