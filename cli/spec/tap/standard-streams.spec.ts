import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { passedOn } from '../../tap/standard-streams.js';

describe('what a server has written', () => {
  it('is passed on where its stdout, which was held up, is closed at any moment', async () => {
    for (let turns = 0; turns < 5; turns++) {
      const stdout = Object.assign(new Readable({ read() {} }), { bytesRead: 1 });
      stdout.pause();
      const passed = passedOn(stdout);
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      stdout.destroy();
      await passed;
      expect(stdout.closed, `after ${turns} turns`).to.equal(true);
    }
  }).timeout(5_000);
});
