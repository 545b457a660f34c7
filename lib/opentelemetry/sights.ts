/** One place where something is seen, or goes out, as the doctor tells of it. */
export interface Sight {
  readonly kind: 'seam' | 'instrumentation' | 'output';
  /** Such as `otel-exec/mcp`. */
  readonly name: string;
  /** How it is, in a few words, such as `on`. */
  state(): string;
  /** What it has counted so far, by what it is called. */
  counts(): Readonly<Record<string, number>>;
}

/** A program that makes instrumentations without end has the first ones told. */
const MOST = 64;

/* The registry is the process's, not this copy's: what is in a bundle is told as well. */
const SIGHTS = Symbol.for('otel-exec.sights.1');

/**
 * Adds a place to those that the doctor tells of. Nothing is asked of it before that. A seam is the process's, and is
 * told once.
 */
export function addSight(sight: Sight): void {
  const sights = theSights();
  const isThere = sight.kind === 'seam' && allSights().some(({ name }) => name === sight.name);
  if (!isThere && sights.size < MOST) sights.add(sight);
}

/** Every place, in the order in which they were added. */
export function allSights(): readonly Sight[] {
  return [...theSights()];
}

function theSights(): Set<Sight> {
  const global = globalThis as { [SIGHTS]?: Set<Sight> };
  global[SIGHTS] ??= new Set();
  return global[SIGHTS];
}
