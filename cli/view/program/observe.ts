import { tell } from '../telling.js';
import { endpointsOf, environmentFor, type Variables } from './environment.js';
import { canRegister, nodeVersionFor } from './node-version.js';
import { Program } from './program.js';
import { type Wrapper, wrapperFor } from './wrapper.js';

/** How a command is observed. */
export interface Observing {
  /** Where the view is, without a slash at the end. */
  readonly url: string;
  /** Default: what suits its stdin and stdout. */
  readonly wrapper: Wrapper | undefined;
  /** Whether Node programs are observed from inside. */
  readonly register: boolean;
}

/** Starts a command whose signals go to a view; what that changes is said. */
export async function observe(
  command: readonly string[],
  { url, wrapper, register }: Observing,
  variables: Variables = process.env,
): Promise<Program> {
  const elsewhere = endpointsOf(variables);
  if (elsewhere.length > 0) {
    tell(`${elsewhere.join(' and ')} set aside: what the command sends goes to the page alone`);
  }
  const env = environmentFor(
    { url, register: register ? await registerFor(String(command[0]), variables) : undefined },
    variables,
  );
  return Program.start(String(process.argv[1]), wrapper ?? wrapperFor(), command, env);
}

async function registerFor(command: string, variables: Variables): Promise<string | undefined> {
  const version = await nodeVersionFor(command, variables);
  if (version === undefined) return undefined;
  if (canRegister(version)) return new URL('./register.js', import.meta.url).href;
  tell(`Node ${version} is observed from outside alone; from inside it takes ^20.19 or >=22.12`);
  return undefined;
}
