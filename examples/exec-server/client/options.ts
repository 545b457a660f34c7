import { readFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Options {
  readonly url: string;
  readonly token: string | undefined;
  /** The folder to run in, a `file:` URI or a path on the server; default: where the server runs. */
  readonly cwd: string | undefined;
  readonly argv: readonly string[];
}

/** What `--help` prints. */
export const USAGE = `usage: npm run exec -- [options] COMMAND [ARGUMENT...]

Runs a command through the exec server: its output, its exit code (128+n for signal n); what is piped
in goes to its input; Ctrl-C terminates it.

  --url URL           the server (default ws://127.0.0.1:4800)
  --token-file FILE   the secret that the server asks for
  --cwd PATH          the folder to run in, on the server (default: the server's)

exit codes of its own: 125 connection failed or lost, 127 command could not be started, 2 usage
`;

const OPTIONS = {
  url: { type: 'string', default: 'ws://127.0.0.1:4800' },
  'token-file': { type: 'string' },
  cwd: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} satisfies ParseArgsConfig['options'];

/**
 * Reads the command line: options end where the command begins.
 * @throws Error that says what is wrong
 */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  const first = tokens.find(({ kind }) => kind !== 'option');
  const end = first?.index ?? args.length;
  const { values } = parseArgs({ args: args.slice(0, end), options: OPTIONS });
  const argv = args.slice(first?.kind === 'option-terminator' ? end + 1 : end);
  if (values.help) return 'help';
  if (argv.length === 0) throw new Error('a command is needed');
  const file = values['token-file'];
  return {
    url: values.url,
    token: file === undefined ? undefined : readFileSync(file, 'utf8').trim(),
    cwd: values.cwd,
    argv,
  };
}
