const MEMBER_BYTES = 16;

/**
 * About how many bytes the members of an object take; undefined where one of them is an object itself,
 * whose size is not known so cheaply.
 */
export function bytesOfFlat(members: Readonly<Record<string, unknown>>): number | undefined {
  let bytes = 0;
  for (const member of Object.values(members)) {
    if (typeof member === 'object' && member !== null) return undefined;
    bytes += MEMBER_BYTES + (typeof member === 'string' ? member.length : 0);
  }
  return bytes;
}
