import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { type Client, Serving } from './serving.js';

describe('exec-server files', () => {
  let serving: Serving;
  let client: Client;

  beforeEach(async () => {
    serving = await Serving.start({ limits: { fileBytes: 1_000 } });
    client = await serving.connect();
  });

  afterEach(async () => {
    await serving[Symbol.asyncDispose]();
  });

  let folder: string;
  const uri = (name: string) => pathToFileURL(join(folder, name)).href;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fs-'));
    writeFileSync(join(folder, 'file'), 'hello');
    writeFileSync(join(folder, 'large'), 'x'.repeat(1_001));
    symlinkSync('file', join(folder, 'link'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('tells what a file is', async () => {
    const file = await client.request('fs/getMetadata', { path: uri('file'), sandbox: null });
    expect(file).to.include({ isFile: true, isDirectory: false, isSymlink: false, size: 5 });
    expect(file.modifiedAtMs).to.be.closeTo(Date.now(), 60_000);
    const link = await client.request('fs/getMetadata', { path: uri('link') });
    expect(link).to.include({ isFile: true, isSymlink: true, size: 5 });
  });

  it('reads a file', async () => {
    expect(await client.request('fs/readFile', { path: uri('link') })).to.deep.equal({
      dataBase64: Buffer.from('hello').toString('base64'),
    });
  });

  it('reads a file in /proc, which says that it is empty, up to the limit (skipped elsewhere than on Linux)', async function () {
    if (process.platform !== 'linux') this.skip();
    const read = (path: string) => client.request('fs/readFile', { path });
    const { dataBase64 } = await read('file:///proc/self/comm');
    expect(Buffer.from(String(dataBase64), 'base64').toString()).to.match(/^.+\n$/);
    const large = await read('file:///proc/self/smaps').catch((thrown) => thrown);
    expect(large).to.include({ code: -32000, message: 'file is larger than 1000 bytes' });
  });

  for (const [method, name, code, message] of [
    ['fs/getMetadata', 'none', -32004, 'No such file or directory (os error 2)'],
    ['fs/readFile', 'none', -32004, 'No such file or directory (os error 2)'],
    ['fs/readFile', 'large', -32000, 'file is larger than 1000 bytes'],
    ['fs/readFile', '.', -32600, 'not a regular file'],
    ['fs/readFile', 'pipe', -32600, 'not a regular file'],
  ] as const) {
    it(`answers ${method} of ${name} with ${code}`, async () => {
      const error = await client.request(method, { path: uri(name) }).catch((thrown) => thrown);
      expect(error).to.include({ code, message });
    });
  }
});
