import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Block, isCommand } from './guide.js';

const PATIENCE_MILLIS = 120_000;
/** No cloud's metadata service is asked where the specs run. */
const WITHOUT_CLOUD = { OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os' };

/**
 * Does what a document says, in a folder: writes its files and runs its commands, in order.
 * @param pin makes of a command what is run
 * @throws Error with the block's line and the command's output, where it doesn't do what the document says
 */
export async function walk(
  blocks: readonly Block[],
  folder: string,
  pin: (command: string) => string,
): Promise<void> {
  const serving: ChildProcess[] = [];
  try {
    for (const block of blocks) {
      if (block.directive.notRun !== undefined) continue;
      if (!isCommand(block.language)) {
        write(block, folder);
      } else if (block.directive.serves) {
        serving.push(await serve(block, folder, pin(block.text), block.directive.serves));
      } else {
        await runToEnd(block, folder, pin(block.text));
      }
    }
  } finally {
    for (const child of serving.reverse()) await end(child);
  }
}

function write({ file = '', text }: Block, folder: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function start(folder: string, command: string) {
  const entries = Object.entries(process.env).filter(([name]) => !/^(OTEL_|npm_|TRACE)/.test(name));
  const child = spawn('bash', ['-euo', 'pipefail', '-c', command], {
    cwd: folder,
    env: { ...Object.fromEntries(entries), ...WITHOUT_CLOUD },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  return { child, output: () => output.join('') };
}

async function runToEnd({ line, directive }: Block, folder: string, command: string) {
  const { child, output } = start(folder, command);
  const timer = setTimeout(() => {
    kill(child, 'SIGKILL');
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  }, PATIENCE_MILLIS);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  const { exit = 0, shows } = directive;
  const report = `line ${line}: ${command}\n${output()}`;
  if (code !== exit) throw new Error(`exit ${code ?? signal} instead of ${exit}, ${report}`);
  if (shows && !shows.test(output())) throw new Error(`nothing matches ${shows}, ${report}`);
}

async function serve({ line }: Block, folder: string, command: string, ready: RegExp) {
  const { child, output } = start(folder, command);
  const failure = await new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MILLIS, 'waited in vain');
    const look = () => {
      if (!ready.test(output())) return;
      clearTimeout(timer);
      resolve(undefined);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('close', () => {
      clearTimeout(timer);
      resolve('it ended');
    });
  });
  if (failure === undefined) return child;
  kill(child, 'SIGKILL');
  throw new Error(`${failure} for ${ready}, line ${line}: ${command}\n${output()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  kill(child, 'SIGTERM');
  const timer = setTimeout(() => kill(child, 'SIGKILL'), 5_000);
  await closed;
  clearTimeout(timer);
}

/** The command is the first of its own process group. */
function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    return;
  }
}
