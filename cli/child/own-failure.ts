import type { CommanderError } from 'commander';

/** The exit code for arguments of our own that can't be read, as `env`, `nohup` and `timeout` have it. */
const OWN_FAILURE = 125;

/** Ends this program where its own arguments can't be read, or ask for nothing but help. */
export function endForArguments({ exitCode }: CommanderError): never {
  process.exit(exitCode === 0 ? 0 : OWN_FAILURE);
}
