import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { DEFAULT_LIMITS } from '../limits.js';
import { Processes } from '../processes.js';
import { startParams } from '../wire.js';

describe('processes that are held back', () => {
  it('keep their output for later, also those that start meanwhile', async () => {
    const told = new EventEmitter();
    const methods: string[] = [];
    const processes = new Processes({
      limits: DEFAULT_LIMITS,
      count: { running: 0 },
      telemetry: undefined,
      notify: ({ method }) => {
        methods.push(method);
        told.emit(method);
      },
    });
    processes.pause();
    const exited = once(told, 'process/exited');
    const closed = once(told, 'process/closed');
    const argv = ['sh', '-c', 'echo hi'];
    await processes.start(startParams.parse({ processId: 'p', argv, cwd: 'file:///' }));
    await exited;
    processes.resume();
    await closed;
    expect(methods).to.deep.equal(['process/exited', 'process/output', 'process/closed']);
  });
});
