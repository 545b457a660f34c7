import { Command } from 'commander';
import type { TapOptions } from './tap.js';

/** The arguments of `otel-exec tap`. */
export function tapCommand(): Command {
  return new Command('tap')
    .description(
      "Stand between a JSON-RPC server and whoever talks to it over stdio, and observe the server's requests",
    )
    .passThroughOptions()
    .option('--client', 'also observe what the server asks its client, and notifies it of')
    .option(
      '--inject',
      'add a trace context to the requests of MCP and ACP that carry none; this changes their bytes',
    )
    .argument('<command>', 'the server to start')
    .argument('[args...]', 'its arguments')
    .action(async (command: string, args: string[], options: TapOptions) => {
      const { tap } = await import('./tap.js');
      await tap(command, args, options);
    });
}
