import { expect } from 'chai';
import { type Descriptor, inheritedAmong } from '../../run/descriptors.js';

const open = (number: number, target: string, closedOnExec = true): Descriptor => ({
  number,
  target,
  closedOnExec,
});
const NODE = [
  open(3, 'anon_inode:[eventpoll]'),
  open(4, 'pipe:[10]'),
  open(5, 'pipe:[10]'),
  open(6, 'anon_inode:[eventfd]'),
];
const STDIO = [0, 1, 2].map((number) => open(number, 'pipe:[1]'));

describe('the descriptors that Node keeps from a command', () => {
  it('are none where it was started with none', () => {
    expect(inheritedAmong([...STDIO, ...NODE])).to.deep.equal([]);
  });

  it('are those of the jobs of make, both ends of a pipe, below those of Node', () => {
    const jobs = [open(3, 'pipe:[7]'), open(4, 'pipe:[7]')];
    const node = NODE.map(({ number, target }) => open(number + 2, target));
    expect(inheritedAmong([...STDIO, ...jobs, ...node])).to.deep.equal([3, 4]);
  });

  it('are both ends of a pipe where one is below those of Node', () => {
    const node = [open(4, 'anon_inode:[eventpoll]'), open(5, 'pipe:[10]'), open(7, 'pipe:[10]')];
    const pipe = [open(3, 'pipe:[7]'), open(6, 'pipe:[7]')];
    expect(inheritedAmong([...STDIO, ...node, ...pipe])).to.have.members([3, 6]);
  });

  it('are files and single ends above those of Node', () => {
    const above = [open(9, '/etc/passwd'), open(10, 'pipe:[7]'), open(11, 'socket:[8]')];
    expect(inheritedAmong([...STDIO, ...NODE, ...above])).to.deep.equal([9, 10, 11]);
  });

  it('are not those that go on by themselves', () => {
    expect(inheritedAmong([...STDIO, ...NODE, open(63, 'pipe:[7]', false)])).to.deep.equal([]);
  });
});
