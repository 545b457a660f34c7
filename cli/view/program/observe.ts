import { tell } from '../telling.js';
import { destinationsOf, environmentFor, type Variables } from './environment.js';
import { isNodeProgram } from './node-program.js';
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
  const elsewhere = destinationsOf(variables);
  if (elsewhere.length > 0) {
    tell(`${elsewhere.join(' and ')} set aside: what the command sends goes to the page alone`);
  }
  const [file = ''] = command;
  const inside = register ? await registerFor(file, variables) : undefined;
  const isSeenInside = inside !== undefined && (await isNodeProgram(file, variables));
  const by = wrapper ?? wrapperFor(isSeenInside);
  const env = environmentFor({ url, register: by === 'run' ? inside : undefined }, variables);
  return Program.start(String(process.argv[1]), by, command, env);
}

async function registerFor(file: string, variables: Variables): Promise<string | undefined> {
  const version = await nodeVersionFor(file, variables);
  if (version === undefined) return undefined;
  if (canRegister(version)) return new URL('./register.js', import.meta.url).href;
  tell(`Node ${version} is observed from outside alone; from inside it takes ^20.19 or >=22.12`);
  return undefined;
}
