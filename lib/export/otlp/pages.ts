/** Bytes of a page that is kept for the next who wants one. */
export const PAGE = 64 * 1024;
/** How many are kept at most: as many as a few batches have. */
const MOST = 32;

const kept: Buffer[] = [];

/** Memory to write to, of a page's size or larger. What was in it before may still be there. */
export function takePage(bytes: number): Buffer {
  return (bytes === PAGE ? kept.pop() : undefined) ?? Buffer.allocUnsafeSlow(bytes);
}

/** Gives memory back that nobody reads any more. */
export function givePage(page: Buffer): void {
  if (page.length === PAGE && kept.length < MOST) kept.push(page);
}
