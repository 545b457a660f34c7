import { injectEnvironment } from 'otel-exec';
import { readDestinations } from '../signals/destinations.js';
import { startChild } from './child.js';
import type { RunOptions } from './command.js';
import { endAs } from './ending.js';
import { Forwarding } from './forwarding.js';
import { chooseIdentity, isForeseeable } from './identity.js';
import { loadObservation } from './load-observation.js';
import { tellSpawnFailure } from './spawn-failure.js';
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
  const usage = new Usage();
  const forwarding = new Forwarding();
  const { disabled } = readDestinations(process.env);
  const identity = chooseIdentity();
  const load = async () => (disabled ? undefined : loadObservation(argv, options, identity, usage));

  const begin = options.output || !isForeseeable(process.env) ? await load() : undefined;
  const began = performance.now();
  const before = begin?.(began);
  const child = startChild(
    argv,
    disabled ? process.env : environmentIn((before ?? identity).context),
    options.output && before !== undefined,
  );
  const spawned = performance.now();
  if (child.process !== undefined) {
    forwarding.follow(child.process);
    usage.follow(child.process);
  }
  const output = before?.tellOutput(child.process);
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
