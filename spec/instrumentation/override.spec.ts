import { expect } from 'chai';
import { override } from '../../lib/instrumentation/base/override.js';

class Greeter {
  greet(name: string): string {
    return `hello ${name}`;
  }
}

function adding(text: string) {
  return (original: (this: unknown, ...args: unknown[]) => unknown) =>
    function (this: unknown, ...args: unknown[]) {
      return `${Reflect.apply(original, this, args)}${text}`;
    };
}

describe('an override', () => {
  it('replaces an inherited method of one object, and leaves no trace when it goes', () => {
    const greeter = new Greeter();
    const restore = override(greeter, 'greet', adding('!'));
    expect(greeter.greet('you')).to.equal('hello you!');
    expect(new Greeter().greet('you')).to.equal('hello you');
    expect([greeter.greet.name, greeter.greet.length]).to.deep.equal(['greet', 1]);
    expect(Object.keys(greeter)).to.deep.equal([]);
    restore();
    restore();
    expect(Object.getOwnPropertyNames(greeter)).to.deep.equal([]);
  });

  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    it(`leaves the original, with its descriptor, when two go in the order ${order}`, () => {
      const target = { greet: () => 'hello' };
      const before = Object.getOwnPropertyDescriptor(target, 'greet');
      const restores = [
        override(target, 'greet', adding('!')),
        override(target, 'greet', adding('?')),
      ];
      expect(target.greet()).to.equal('hello!?');
      restores[order[0] as number]?.();
      expect(target.greet()).to.equal(order[0] === 0 ? 'hello?' : 'hello!');
      restores[order[1] as number]?.();
      expect(Object.getOwnPropertyDescriptor(target, 'greet')).to.deep.equal(before);
    });
  }

  it('does nothing below a replacement of somebody else, once it has gone', () => {
    const target = { greet: () => 'hello' };
    const restore = override(target, 'greet', adding('!'));
    const { greet } = target;
    target.greet = () => `${greet()} indeed`;
    restore();
    expect(target.greet()).to.equal('hello indeed');
  });

  it('refuses what is no method', () => {
    expect(() => override({ greet: 1 }, 'greet', adding('!'))).to.throw(TypeError);
    expect(() => override(Object.freeze(new Greeter()), 'greet', adding('!'))).to.throw(TypeError);
  });
});
