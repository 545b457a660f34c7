const NEWLINE = 10;

/** A line of a file. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end; undefined where it is longer than what is read. */
  readonly bytes: Buffer | undefined;
}

/** The lines of what comes in chunks; a line without an end is the last one. */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<Line> {
  let [number, length] = [1, 0];
  let parts: Buffer[] = [];
  const add = (part: Buffer) => {
    length += part.length;
    if (length > maxBytes) parts = [];
    else parts.push(part);
  };
  const line = () => ({ number, bytes: length > maxBytes ? undefined : Buffer.concat(parts) });
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      yield line();
      [number, length, parts, start] = [number + 1, 0, [], end + 1];
    }
    add(chunk.subarray(start));
  }
  if (length > 0) yield line();
}
