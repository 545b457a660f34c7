import { expect } from 'chai';
import {
  answered,
  called,
  jsonRpcCjs,
  jsonRpcEsm,
  mcpCjs,
  mcpEsm,
  serveJsonRpc,
  serveMcp,
} from './hooked-programs.js';
import { ProgramFolder } from './program-folder.js';

describe('the module hooks, in programs that were not changed', () => {
  it('see vscode-jsonrpc 6.0.0, required and imported; IPC closes with its channel', async () => {
    using folder = new ProgramFolder({ 'vscode-jsonrpc': 'vscode-jsonrpc-6' });
    const [required, imported] = await Promise.all([
      serveJsonRpc(folder, 'required.cjs', jsonRpcCjs),
      serveJsonRpc(folder, 'imported.mjs', jsonRpcEsm('vscode-jsonrpc/node.js')),
    ]);
    expect(required).to.deep.equal(answered);
    expect(imported).to.deep.equal(answered);
  });

  it('see vscode-jsonrpc 10.0.0, required and imported', async () => {
    using folder = new ProgramFolder();
    const [required, imported] = await Promise.all([
      serveJsonRpc(folder, 'required.cjs', jsonRpcCjs),
      serveJsonRpc(folder, 'imported.mjs', jsonRpcEsm('vscode-jsonrpc/node')),
    ]);
    expect(required).to.deep.equal(answered);
    expect(imported).to.deep.equal(answered);
  });

  it('see @modelcontextprotocol/sdk 1.0.0, which is ESM alone', async () => {
    using folder = new ProgramFolder({ '@modelcontextprotocol/sdk': 'mcp-sdk-1.0' });
    expect(await serveMcp(folder, 'imported.mjs', mcpEsm)).to.deep.equal(called);
  });

  it('see @modelcontextprotocol/sdk 1.32.2, required and imported', async () => {
    using folder = new ProgramFolder();
    const [required, imported] = await Promise.all([
      serveMcp(folder, 'required.cjs', mcpCjs),
      serveMcp(folder, 'imported.mjs', mcpEsm),
    ]);
    expect(required).to.deep.equal(called);
    expect(imported).to.deep.equal(called);
  });
});
