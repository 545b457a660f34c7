import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isLoopback } from './access.js';

/** What the command line asks for. */
export interface Options {
  /** Where to listen; `stdio` for the one client at the other end of stdin and stdout. */
  readonly listen: 'stdio' | { readonly host: string; readonly port: number };
  readonly token: string | undefined;
  readonly allowedOrigins: readonly string[];
  /** Whether to serve the page. */
  readonly page: boolean;
  /** The directory in which open processes leave a record; undefined for none. */
  readonly journal: string | undefined;
  /** Milliseconds between two events of a process that still runs; 0 for none. */
  readonly heartbeatMillis: number;
  /** Milliseconds from SIGTERM to SIGKILL for children. */
  readonly killGraceMillis: number;
  /** Milliseconds that the whole end may take. */
  readonly shutdownMillis: number;
}

/** The command line can't be followed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What `--help` prints. */
export const USAGE = `usage: npm start -- [options]

  --listen ws://IP:PORT | stdio   where to listen (default ws://127.0.0.1:4800; port 0 picks a free one)
  --token-file FILE               the secret that clients send as Authorization: Bearer;
                                  needed for any address but loopback
  --allow-origin ORIGIN           a web origin that may connect; can be repeated
  --no-page                       without the live page
  --journal DIR                   where open processes leave a record, so that the next start
                                  tells those of a server that was killed
  --heartbeat-ms N                how often a process tells that it still runs (default 10000;
                                  0 is never)
  --kill-grace-ms N               from SIGTERM to SIGKILL for processes (default 2000)
  --shutdown-ms N                 longest time that the server takes to end (default 10000)

  OTEL_EXEC_LOG                   what is told on stderr (default info), for example
                                  warn,codex_exec_server::telemetry=info
  OTEL_EXPORTER_OTLP_ENDPOINT     where to export traces, metrics and logs; other OTEL_* as usual
`;

/**
 * Reads the command line.
 * @throws UsageError that says what is wrong
 */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const listen = readListen(values.listen);
  const file = values['token-file'];
  if (file === undefined && listen !== 'stdio' && !isLoopback(listen.host)) {
    throw new UsageError(
      `--listen ${values.listen} lets others run commands here: --token-file is needed`,
    );
  }
  return {
    listen,
    token: file === undefined ? undefined : readToken(file),
    allowedOrigins: values['allow-origin'],
    page: !values['no-page'],
    journal: values.journal,
    heartbeatMillis: readMillis('--heartbeat-ms', values['heartbeat-ms']),
    killGraceMillis: readMillis('--kill-grace-ms', values['kill-grace-ms']),
    shutdownMillis: readMillis('--shutdown-ms', values['shutdown-ms']),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        listen: { type: 'string', default: 'ws://127.0.0.1:4800' },
        'token-file': { type: 'string' },
        'allow-origin': { type: 'string', multiple: true, default: [] },
        'no-page': { type: 'boolean', default: false },
        journal: { type: 'string' },
        'heartbeat-ms': { type: 'string', default: '10000' },
        'kill-grace-ms': { type: 'string', default: '2000' },
        'shutdown-ms': { type: 'string', default: '10000' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; --help lists the options`);
  }
}

function readListen(text: string): Options['listen'] {
  if (text === 'stdio') return 'stdio';
  const [, host, port] = /^ws:\/\/(\[[\da-fA-F:.]+\]|[^:/[\]]+):(\d{1,5})\/?$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    throw new UsageError(`--listen ${text}: expected ws://IP:PORT or stdio`);
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function readToken(file: string): string {
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--token-file ${file}: ${(error as Error).message}`);
  }
  if (token === '') throw new UsageError(`--token-file ${file}: the file is empty`);
  return token;
}

function readMillis(name: string, text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new UsageError(`${name} ${text}: expected milliseconds`);
  return Number(text);
}
