/**
 * Cuts a stream into lines, and tells of lines that are longer than they may be instead of keeping them.
 * @param maxBytes longest line
 */
export function lineReader(
  maxBytes: number,
  onLine: (line: string) => void,
  onTooLong: () => void,
): (bytes: Buffer) => void {
  let parts: Buffer[] = [];
  let length = 0;
  let skipping = false;
  const take = (part: Buffer) => {
    length += part.length;
    if (length > maxBytes && !skipping) {
      skipping = true;
      parts = [];
      onTooLong();
    }
    if (!skipping) parts.push(part);
  };
  return (bytes) => {
    let rest = bytes;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      take(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      const line = Buffer.concat(parts).toString();
      if (!skipping && line.trim() !== '') onLine(line);
      parts = [];
      length = 0;
      skipping = false;
    }
    take(rest);
  };
}
