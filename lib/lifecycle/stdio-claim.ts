interface Claims {
  claimed: boolean;
  /** Whether JSON-RPC was seen on stdin by whoever watches it. */
  heard?: boolean;
  readonly watchers: Set<() => void>;
}

/** The claim is the process's, not this copy's: two copies of the package see each other. */
const CLAIMS = Symbol.for('otel-exec.stdio.claims.1');

/**
 * Tells that what the program hears on its stdin and says on its stdout is observed by whoever calls this,
 * so that nobody below observes it again. Never throws.
 */
export function claimStdio(): void {
  const claims = theClaims();
  claims.claimed = true;
  for (const watcher of [...claims.watchers]) watcher();
}

/** Whether somebody observes the program's stdin and stdout. */
export function isStdioClaimed(): boolean {
  return theClaims().claimed;
}

/** Tells that what is said on stdin and stdout is observed there, whatever library speaks it. */
export function hearStdio(): void {
  theClaims().heard = true;
}

/** Whether {@link hearStdio} was called. */
export function isStdioHeard(): boolean {
  return theClaims().heard === true;
}

/**
 * Waits for somebody to claim stdin and stdout.
 * @param claimed is called at each claim that is still to come
 * @returns stops waiting
 */
export function watchStdioClaims(claimed: () => void): () => void {
  const { watchers } = theClaims();
  watchers.add(claimed);
  return () => watchers.delete(claimed);
}

function theClaims(): Claims {
  const global = globalThis as { [CLAIMS]?: Claims };
  global[CLAIMS] ??= { claimed: false, watchers: new Set() };
  return global[CLAIMS];
}
