import { BlockList, isIP } from 'node:net';
import { InvalidArgumentError, Option } from 'commander';
import { WRAPPERS, type Wrapper } from './program/wrapper.js';

/** Where OTLP/HTTP is by default. */
export const DEFAULT_PORT = 4318;

/** The exit code of a view that can't begin, as `otel-exec run` has it: a command hardly ever ends with it. */
export const OWN_FAILURE = 125;

/** What `otel-exec view` is asked for. */
export interface ViewOptions {
  readonly host: string;
  readonly port?: number;
  readonly save?: string;
  readonly open?: string;
  readonly receive: boolean;
  readonly browser?: boolean;
  readonly observe?: Wrapper;
  readonly register: boolean;
  readonly stay?: boolean;
}

/** The options, as the help shows them. */
export const OPTIONS: readonly Option[] = [
  new Option(
    '--port <number>',
    `where to listen; 0 is any free port (default: ${DEFAULT_PORT})`,
  ).argParser(readPort),
  new Option('--host <address>', 'a loopback address to listen on')
    .default('127.0.0.1')
    .argParser(readHost),
  new Option('--browser', 'open the page in a browser'),
  new Option('--save <file>', 'add what comes to a recording: OTLP JSON, one request a line'),
  new Option('--open <file>', 'show a recording, and what comes'),
  new Option('--no-receive', 'take nothing new, as for showing a recording'),
  new Option('--observe <how>', 'what observes the command (default: what suits it)').choices(
    WRAPPERS,
  ),
  new Option('--no-register', 'leave Node programs alone: observe the command from outside'),
  new Option('--stay', 'keep the page when the command has ended (default: on a terminal)'),
  new Option('--no-stay', 'end with the command'),
];

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function readPort(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new InvalidArgumentError('It is no port.');
}

function readHost(value: string): string {
  const version = isIP(value);
  if (version !== 0 && loopback.check(value, version === 6 ? 'ipv6' : 'ipv4')) return value;
  throw new InvalidArgumentError(
    'A view is for this machine alone: 127.0.0.1 or ::1. From elsewhere, reach it through ssh -L.',
  );
}
