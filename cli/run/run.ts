import { closeSync } from 'node:fs';
import { injectEnvironment } from 'otel-exec';
import { readDestinations } from '../signals/destinations.js';
import { startChild } from './child.js';
import type { RunOptions } from './command.js';
import { heldDescriptors } from './descriptors.js';
import { endAs } from './ending.js';
import { Forwarding } from './forwarding.js';
import { chooseIdentity, isForeseeable } from './identity.js';
import { loadObservation } from './load-observation.js';
import { makePipes } from './pipes.js';
import { tellSpawnFailure } from './spawn-failure.js';
import { tellStderr } from './stderr.js';
import { Usage } from './usage.js';

/**
 * Runs a command as if it had been started alone, observes its process, and ends as it ends. Where its span can be
 * foreseen, the command is started before the SDK is loaded.
 * @param argv the command first
 */
export async function run(
  argv: readonly [string, ...string[]],
  options: RunOptions,
): Promise<void> {
  const held = heldDescriptors();
  const forwarding = new Forwarding();
  const { disabled } = readDestinations(process.env);
  const pipes = options.output && !disabled ? attemptPipes() : undefined;
  const usage = new Usage();
  const identity = chooseIdentity();
  const load = async () => (disabled ? undefined : loadObservation(argv, options, identity, usage));

  const begin = options.output || !isForeseeable(process.env) ? await load() : undefined;
  const began = performance.now();
  const before = begin?.(began);
  const environment = disabled ? process.env : environmentIn((before ?? identity).context);
  const child = startChild(argv, environment, held, before && outputsOf(pipes));
  const spawned = performance.now();
  if (child.process !== undefined) {
    forwarding.follow(child.process);
    usage.follow(child.process);
  }
  for (const { writable } of pipes ?? []) closeSync(writable);
  const output = pipes && before?.tellOutput(pipes);
  const notice = lookForView();
  const observation = before ?? (await load())?.(began);
  if (child.process !== undefined) observation?.spawned(child.process.pid, spawned);

  const ended = await child.ended;
  await output?.end();
  observation?.ended(ended, forwarding.asked, usage.used);
  const exit = ended.exit ?? tellSpawnFailure(argv[0], ended.error);
  await Promise.race([observation?.end(notice.found), forwarding.interrupted()]);
  forwarding.end();
  endAs(exit);
}

/** Where there can be no pipes, the output is left alone. */
function attemptPipes(): ReturnType<typeof makePipes> | undefined {
  try {
    return makePipes();
  } catch (error) {
    tellStderr(`output is not told: ${String(error)}`);
    return undefined;
  }
}

function outputsOf(
  pipes: ReturnType<typeof makePipes> | undefined,
): readonly [stdout: number, stderr: number] | undefined {
  return pipes && [pipes[0].writable, pipes[1].writable];
}

/** The environment of this program, with another trace context alone. */
function environmentIn(context: Parameters<typeof injectEnvironment>[0]) {
  return injectEnvironment(context, process.env, { baggage: true });
}

/** Looks for a view beside the command, which nothing waits for. */
function lookForView(): { readonly found: string | undefined } {
  const notice: { found: string | undefined } = { found: undefined };
  import('../signals/view.js')
    .then(({ noticeView }) => noticeView(process.env, 'run'))
    .then(
      (found) => {
        notice.found = found;
      },
      () => {},
    );
  return notice;
}
