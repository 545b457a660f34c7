/** The value that a share of what the buckets counted stayed below; undefined where they counted nothing. */
export function quantileOf(
  counts: readonly number[],
  bounds: readonly number[],
  share: number,
): number | undefined {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (!(all > 0)) return undefined;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && below + count >= share * all) {
      const lower = bounds[bucket - 1] ?? 0;
      const upper = bounds[bucket];
      return upper === undefined
        ? lower
        : lower + (upper - lower) * ((share * all - below) / count);
    }
    below += count;
  }
  return bounds.at(-1);
}
