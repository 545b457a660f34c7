import { run } from './run.js';

/** A Node to run on. */
export interface Node {
  readonly major: number;
  readonly version: string;
  /** Path of the binary. */
  readonly path: string;
}

const MAJORS = [20, 22, 24, 26] as const;
const ASK = 'JSON.stringify([process.version, process.execPath])';

/** The newest Node of each supported major version, from the npm registry where it isn't this one. */
export function findNodes(): Promise<Node[]> {
  return Promise.all(
    MAJORS.map(async (major) => {
      const [command, args] = process.version.startsWith(`v${major}.`)
        ? ([process.execPath, []] as const)
        : (['npx', ['-y', `node@${major}`]] as const);
      const { stdout } = await run(command, [...args, '-p', ASK]);
      const [version, path] = JSON.parse(stdout) as [string, string];
      return { major, version, path };
    }),
  );
}
