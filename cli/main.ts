import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { runCommand } from './run/command.js';
import { tapCommand } from './tap/command.js';
import { viewCommand } from './view/command.js';

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { readonly version: string };

await new Command('otel-exec')
  .description('Observe commands, JSON-RPC servers and OpenTelemetry programs')
  .version(version)
  .enablePositionalOptions()
  .addCommand(runCommand())
  .addCommand(tapCommand())
  .addCommand(viewCommand())
  .parseAsync();
