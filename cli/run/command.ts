import { Command } from 'commander';
import { run } from './run.js';

/** The arguments of `otel-exec run`. */
export function runCommand(): Command {
  return new Command('run')
    .description('Run a command and observe its process')
    .passThroughOptions()
    .argument('<command>', 'the program to start')
    .argument('[args...]', 'its arguments')
    .action(async (command: string, args: string[]) => {
      await run(command, args);
    });
}
