import { expect } from 'chai';
import { wordsOf } from '../page-host.js';

describe('a command without a shell', () => {
  it('is cut into words, which quotes hold together', () => {
    expect(wordsOf(`sh -c 'echo "a  b"' x"y z"w ''`)).to.deep.equal([
      'sh',
      '-c',
      'echo "a  b"',
      'xy zw',
      '',
    ]);
  });
});
