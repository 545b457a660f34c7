import type { Link } from '@opentelemetry/api';
import { Command } from 'commander';
import { parseAttribute, parseDuration, parseLink } from './arguments.js';

/** What the arguments before the command say. */
export interface RunOptions {
  /** The span's name. */
  readonly name?: string;
  /** By name, in the order in which they were given. */
  readonly attribute: ReadonlyMap<string, string>;
  /** What the span is linked to. */
  readonly link: readonly Link[];
  readonly captureArgs: boolean;
  /** Milliseconds. */
  readonly heartbeat?: number;
  /** A directory. */
  readonly journal?: string;
  readonly output: boolean;
}

/** The exit code for arguments of our own that can't be read, as `env`, `nohup` and `timeout` have it. */
const OWN_FAILURE = 125;

/** The arguments of `otel-exec run`. */
export function runCommand(): Command {
  return new Command('run')
    .description('Run a command as if alone, and observe its process')
    .passThroughOptions()
    .option('--name <name>', "the span's name instead of the executable's")
    .option(
      '--attribute <key=value>',
      'an attribute of span and events; repeatable',
      parseAttribute,
      new Map(),
    )
    .option('--link <traceparent>', 'a span that this one is linked to; repeatable', parseLink, [])
    .option('--capture-args', 'tell the command and its arguments, which may hold secrets', false)
    .option(
      '--heartbeat <duration>',
      'tell that it still runs, each time so long has passed: 30s, 5m',
      parseDuration,
    )
    .option(
      '--journal <directory>',
      'keep a record there, so that the next run tells if this one is killed',
    )
    .option(
      '--output',
      'tell the lines that it writes; it then sees pipes in place of a terminal',
      false,
    )
    .argument('<command>', 'the program to start')
    .argument('[args...]', 'its arguments')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : OWN_FAILURE))
    .action(async (command: string, args: string[], options: RunOptions) => {
      const { run } = await import('./run.js');
      await run([command, ...args], options);
    });
}
