import { expect } from 'chai';
import fc from 'fast-check';
import { lineReader } from '../stdio.js';

const MAX = 8;

const cut = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...parts, bytes.subarray(at)];
};

describe('lines from a stream', () => {
  it('are the same, however the stream is cut; those that are too long are told, not kept', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', '{', ' '), maxLength: 2 * MAX });
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(20)), (lines, sizes) => {
        const read: string[] = [];
        const take = lineReader(
          MAX,
          (text) => read.push(text),
          () => read.push('too long'),
        );
        for (const part of cut(Buffer.from(lines.map((text) => `${text}\n`).join('')), sizes)) {
          take(part);
        }
        const expected = lines
          .map((text) => (Buffer.byteLength(text) > MAX ? 'too long' : text))
          .filter((text) => text.trim() !== '');
        expect(read).to.deep.equal(expected);
      }),
    );
  });
});
