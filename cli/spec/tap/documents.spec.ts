import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse as parseToml } from 'smol-toml';
import { tapCommand } from '../../tap/command.js';
import { program, summaryOf, Tapped } from './tapped.js';

const text = readFileSync(new URL('../../../../docs/tap.md', import.meta.url), 'utf8');
const TAP = ['npx', '-y', 'otel-exec-cli', 'tap', '--'];

/** What is fenced, by the heading that is above it. */
const entries = [...text.matchAll(/^### (.+)$([\s\S]*?)(?=^##|$(?![\s\S]))/gm)].flatMap(
  ([, title = '', section = '']) =>
    [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', body = '']) => ({
      title,
      language,
      body,
      links: [...section.matchAll(/\]\((https:[^)]+)\)/g)].length,
    })),
);

interface Entry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The command that an entry has, wherever in it that is. */
function commandOf(value: unknown): string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { command, args } = value as Partial<Entry>;
  if (typeof command === 'string' && Array.isArray(args)) return [command, ...args];
  for (const member of Object.values(value)) {
    const found = commandOf(member);
    if (found !== undefined) return found;
  }
  return undefined;
}

function quoted(body: string): string[] {
  return [...body.matchAll(/"([^"$]+)"/g)].map(([, word = '']) => word);
}

const READERS: Readonly<Record<string, (body: string) => string[] | undefined>> = {
  json: (body) => commandOf(JSON.parse(body)),
  toml: (body) => commandOf(parseToml(body)),
  lua: quoted,
  elisp: quoted,
  sh: quoted,
};

/** Answers once, of either protocol. */
const ANSWER = program(`
process.stdin.once('data', (chunk) => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} });
  if (chunk[0] === 123) console.log(body);
  else process.stdout.write('Content-Length: ' + body.length + '\\r\\n\\r\\n' + body);
});`);

describe('docs/tap.md', () => {
  it('has an entry for each of these, with a link to its documentation', () => {
    expect(entries.map(({ title, language }) => `${title}: ${language}`)).to.deep.equal([
      'Claude Desktop: json',
      'Claude Code: json',
      'Cursor: json',
      'Visual Studio Code: json',
      'Windsurf: json',
      'Zed: json',
      'Codex: toml',
      'Helix: toml',
      'Neovim: lua',
      'Emacs: elisp',
      'Visual Studio Code: sh',
      'Visual Studio Code: json',
    ]);
    expect(entries.filter(({ links }) => links === 0)).to.deep.equal([]);
  });

  for (const { title, language, body } of entries) {
    const command = READERS[language]?.(body);
    if (title === 'Visual Studio Code' && body.includes('alternateTools')) continue;
    it(`has a valid command for ${title}, which runs: ${language}`, async () => {
      expect(command?.slice(0, TAP.length)).to.deep.equal(TAP);
      const [server = ''] = command?.slice(TAP.length) ?? [];
      expect(['uvx', 'gopls']).to.include(server);
      const options = command?.slice(TAP.indexOf('tap') + 1, command.indexOf('--'));
      await using tapped = new Tapped(ANSWER, { ...(options && { options }) });
      const message = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
      tapped.child.stdin.write(
        server === 'uvx' ? `${message}\n` : `Content-Length: ${message.length}\r\n\r\n${message}`,
      );
      await tapped.heard('}}');
      tapped.child.stdin.end();
      const events = (await tapped.events()).map(summaryOf);
      expect(events.map(([name, id]) => [name, id])).to.deep.equal([
        ['rpc.server.request', '1'],
        ['process.exit', undefined],
      ]);
    });
  }

  it('has a line as a failing tool gives one', async () => {
    const [, shown = ''] = /^```jsonl\n(.*)\n```$/m.exec(text) ?? [];
    await using tapped = new Tapped(
      program(`require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id, method } = JSON.parse(line);
        const result = method === 'tools/list' ? { tools: [{ name: 'convert_time' }] } : { isError: true };
        console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
      })`),
    );
    const [list, call] = ['tools/list', 'tools/call'];
    tapped.send({ jsonrpc: '2.0', id: 2, method: list });
    await tapped.heard('convert_time');
    tapped.send({ jsonrpc: '2.0', id: 3, method: call, params: { name: 'convert_time' } });
    await tapped.heard('isError');
    tapped.child.stdin.end();
    const level = ([name, value]: [string, unknown]) =>
      /^(duration_ms|traceparent)$/.test(name) ? [name, typeof value] : [name, value];
    const [, told] = await tapped.events();
    expect(Object.entries(told?.fields ?? {}).map(level)).to.deep.equal(
      Object.entries(JSON.parse(shown).fields as object).map(level),
    );
  });

  it('has the options that there are', () => {
    const options = tapCommand().options.map(
      ({ flags, description }) => `| \`${flags}\` | ${description} |`,
    );
    const [, part] = /<!-- options -->\n([\s\S]*?)<!-- \/options -->/.exec(text) ?? [];
    expect(part).to.equal(`\n| option | |\n| --- | --- |\n${options.join('\n')}\n\n`);
  });
});
