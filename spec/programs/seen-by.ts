/**
 * Which seam has seen a program's conversations, by what the doctor says of each instrumentation. Libraries are told
 * with their major version: what a program depends on is newer from time to time.
 */
export function seenBy(seen: ReadonlyMap<string, string>): string {
  const seams = [...seen].flatMap(([name, row]) => {
    if (!/\b(connections|conversations): [1-9]/.test(row)) return [];
    if (name === 'otel-exec/stdio') return ['stdin and stdout'];
    return [...row.matchAll(/files of (\S+) (\d+)/g)].map(([, of, major]) => `\`${of}\` ${major}`);
  });
  return [...new Set(seams)].join(', ') || 'nobody';
}
