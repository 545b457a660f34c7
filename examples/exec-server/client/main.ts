import { type Options, readOptions, USAGE } from './options.js';
import { runCommand } from './run-command.js';
import { ServerError } from './wire-client.js';

const EXIT = { usage: 2, connection: 125, notStarted: 127, interrupted: 130 } as const;

/** Milliseconds after which another Ctrl-C leaves at once. */
const INSIST_MILLIS = 500;

const options = readUsage();
if (options === 'help') process.stdout.write(USAGE);
else process.exit(await run(options));

function readUsage(): Options | 'help' {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`exec: ${(error as Error).message}\n\n${USAGE}`);
    process.exit(EXIT.usage);
  }
}

async function run({ url, token, cwd, argv }: Options): Promise<number> {
  const { stdin, stdout, stderr, env } = process;
  const { TRACEPARENT: traceparent, TRACESTATE: tracestate } = env;
  const abort = new AbortController();
  let insistFrom = Number.POSITIVE_INFINITY;
  const interrupt = () => {
    if (performance.now() > insistFrom) process.exit(EXIT.interrupted);
    // npm passes on the SIGINT that the terminal has sent already.
    insistFrom = Math.min(insistFrom, performance.now() + INSIST_MILLIS);
    abort.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);
  stdout.on('error', () => process.exit(EXIT.connection));
  try {
    return await runCommand({
      url,
      token,
      cwd,
      argv,
      trace:
        traceparent === undefined ? undefined : { traceparent, ...(tracestate && { tracestate }) },
      stdin: stdin.isTTY ? undefined : stdin,
      stdout,
      stderr,
      signal: abort.signal,
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const hint = String(code) === 'ECONNREFUSED' ? ' (is it running? npm start)' : '';
    stderr.write(`exec: ${argv[0]} on ${url}: ${message || code}${hint}\n`);
    return error instanceof ServerError ? EXIT.notStarted : EXIT.connection;
  }
}
