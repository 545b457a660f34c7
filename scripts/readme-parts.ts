import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const program = (path: string) => fileURLToPath(new URL(`../examples/${path}`, import.meta.url));

/** The text between `<!-- name -->` and `<!-- /name -->`, without its fence. */
export function readPart(document: string, name: string): string {
  const [, part] = partPattern(name).exec(document) ?? [];
  if (part === undefined) throw new Error(`the document has no part ${name}`);
  return part.replace(/^\n*```[^\n]*\n|\n```\n*$/g, '');
}

/** A document with a part replaced by a fenced block. */
export function replacePart(
  document: string,
  name: string,
  language: string,
  body: string,
): string {
  readPart(document, name);
  return document.replace(
    partPattern(name),
    () => `<!-- ${name} -->\n\n\`\`\`${language}\n${body.trim()}\n\`\`\`\n\n<!-- /${name} -->`,
  );
}

function partPattern(name: string): RegExp {
  return new RegExp(`<!-- ${name} -->([^]*?)<!-- /${name} -->`);
}

/** The lines that the example server writes while the README's command runs through it. */
export async function recordLines(): Promise<string> {
  const server = spawn(process.execPath, [
    program('exec-server/main.js'),
    '--listen',
    'ws://127.0.0.1:0',
  ]);
  const lines = text(server.stderr);
  const [url] = await once(createInterface({ input: server.stdout }), 'line');
  const command = ['bash', '-c', 'sleep 1; echo hello; exit 3'];
  const client = spawn(
    process.execPath,
    [program('exec-server/client/main.js'), '--url', url, ...command],
    {
      stdio: 'ignore',
    },
  );
  await once(client, 'exit');
  server.kill('SIGTERM');
  const all = (await lines).trim().split('\n');
  return all.filter((line) => /"process\/start"|exec_server_process"/.test(line)).join('\n');
}

/** The lines of one model call and one tool call that the tool runner example writes. */
export async function recordAgentLines(): Promise<string> {
  const child = spawn(process.execPath, [program('tool-calls.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const all = (await text(child.stderr)).trim().split('\n');
  return all.filter((line) => /codex[.]inference"|"call-2"/.test(line)).join('\n');
}
