import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readOptions, UsageError } from '../options.js';

describe('exec-server options', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'options-'));
    writeFileSync(join(folder, 'token'), ' s3cret\n');
    writeFileSync(join(folder, 'empty'), '\n');
  });

  after(() => rmSync(folder, { recursive: true }));

  it('have defaults', () => {
    expect(readOptions([])).to.deep.equal({
      listen: { host: '127.0.0.1', port: 4800 },
      token: undefined,
      allowedOrigins: [],
      page: true,
      journal: undefined,
      heartbeatMillis: 10_000,
      killGraceMillis: 2_000,
      shutdownMillis: 10_000,
    });
  });

  it('say where to listen', () => {
    expect(readOptions(['--listen', 'stdio'])).to.have.property('listen', 'stdio');
    expect(readOptions(['--listen', 'ws://[::1]:0/'])).to.deep.include({
      listen: { host: '::1', port: 0 },
    });
  });

  it('name a file with a token, with which any address can be had', () => {
    const args = ['--listen', 'ws://0.0.0.0:1', '--token-file', join(folder, 'token')];
    expect(readOptions(args)).to.deep.include({
      listen: { host: '0.0.0.0', port: 1 },
      token: 's3cret',
    });
  });

  it('can ask for help', () => {
    expect(readOptions(['-h', '--listen', 'tcp:1'])).to.equal('help');
  });

  const bad: [args: () => string[], message: RegExp][] = [
    [() => ['--listen', 'ws://0.0.0.0:0'], /ws:\/\/0\.0\.0\.0:0 lets others.*--token-file/],
    [() => ['--listen', 'tcp:1'], /--listen tcp:1: expected/],
    [() => ['--listen', 'ws://127.0.0.1'], /expected/],
    [() => ['--listen', 'ws://127.0.0.1:65536'], /expected/],
    [() => ['--listen', 'wss://127.0.0.1:1'], /expected/],
    [() => ['--nope'], /--nope/],
    [() => ['extra'], /extra/],
    [() => ['--shutdown-ms', '-1'], /shutdown-ms/],
    [() => ['--heartbeat-ms', '-1'], /heartbeat-ms/],
    [() => ['--kill-grace-ms', 'soon'], /--kill-grace-ms soon: expected milliseconds/],
    [() => ['--token-file', '/nonexistent'], /--token-file \/nonexistent: ENOENT/],
    [() => ['--token-file', join(folder, 'empty')], /the file is empty/],
  ];
  for (const [args, message] of bad) {
    it(`are refused where they can't be followed: ${message}`, () => {
      expect(() => readOptions(args())).to.throw(UsageError, message);
    });
  }
});
