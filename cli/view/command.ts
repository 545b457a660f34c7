import { Command } from 'commander';
import { OPTIONS, OWN_FAILURE, type ViewOptions } from './options.js';

/** The arguments of `otel-exec view`. */
export function viewCommand(): Command {
  const command = new Command('view')
    .description('Show on a page whatever sends OTLP to this machine')
    .usage('[options] [-- command [args...]]')
    .passThroughOptions()
    .argument('[command]', 'a program to start and observe')
    .argument('[args...]', 'its arguments')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : OWN_FAILURE));
  for (const option of OPTIONS) command.addOption(option);
  return command.action(async (program: string | undefined, args: string[]) => {
    const { view } = await import('./view.js');
    await view(command.opts<ViewOptions>(), program === undefined ? undefined : [program, ...args]);
  });
}
