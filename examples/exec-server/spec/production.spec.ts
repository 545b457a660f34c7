import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { Production, ProductionCount, ProductionRoom } from '../production.js';

describe('production of answers', () => {
  it('is in order over all connections, so that small ones do not starve a large one', async () => {
    const count = new ProductionCount(10);
    const answered: string[] = [];
    const ends = new Map<string, () => void>();
    const begin = (name: string, bytes: number) => {
      const room = new ProductionRoom({ limit: 100, count, buffered: () => 0 });
      const production = new Production(
        bytes,
        () => new Promise<void>((end) => ends.set(name, end)),
      );
      void room.run(production, (produced) => produced.then(() => void answered.push(name)));
    };
    const end = async (name: string) => {
      ends.get(name)?.();
      await turn();
    };
    begin('small', 6);
    begin('other', 4);
    begin('large', 10);
    await turn();
    expect([...ends.keys()]).to.deep.equal(['small', 'other']);
    await end('small');
    begin('late', 4);
    await turn();
    expect([...ends.keys()]).to.deep.equal(['small', 'other']);
    await end('other');
    expect([...ends.keys()]).to.deep.equal(['small', 'other', 'large']);
    await end('large');
    await end('late');
    expect(answered).to.deep.equal(['small', 'other', 'large', 'late']);
  });

  it('does not wait for a connection that is gone, or whose peer takes nothing meanwhile', async () => {
    const count = new ProductionCount(1);
    const produced: string[] = [];
    let finish: (() => void) | undefined;
    let waits = 0;
    const run = (name: string, buffered: () => number, result?: Promise<void>) => {
      const room = new ProductionRoom({ limit: 10, count, buffered });
      void room.run(new Production(1, () => void produced.push(name)), async (done) => {
        await done;
        await result;
      });
      return room;
    };
    run(
      'first',
      () => 0,
      new Promise((resolve) => {
        finish = resolve;
      }),
    );
    const stuck = run('stuck', () => waits);
    run('gone', () => 0).close();
    run('last', () => 0);
    await turn();
    waits = 11;
    finish?.();
    await turn();
    expect(produced).to.deep.equal(['first', 'last']);
    waits = 0;
    stuck.enter();
    await turn();
    expect(produced).to.deep.equal(['first', 'last', 'stuck']);
  });
});
