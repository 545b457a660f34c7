import { expect } from 'chai';
import {
  answered,
  called,
  jsonRpcEsm,
  mcpEsm,
  PRELOAD,
  serveJsonRpc,
  serveMcp,
} from '../instrumentation/hooked-programs.js';
import { ProgramFolder } from '../instrumentation/program-folder.js';

const LOADER = ['--experimental-loader=@opentelemetry/instrumentation/hook.mjs', '--no-warnings'];

describe('beside the loader of @opentelemetry/instrumentation, which wraps every module', () => {
  it('vscode-jsonrpc is seen, once', async () => {
    using folder = new ProgramFolder();
    const source = jsonRpcEsm('vscode-jsonrpc/node');
    expect(
      await serveJsonRpc(folder, 'program.mjs', source, [...LOADER, ...PRELOAD]),
    ).to.deep.equal(answered);
  });

  it('@modelcontextprotocol/sdk is seen, once', async () => {
    using folder = new ProgramFolder();
    expect(await serveMcp(folder, 'program.mjs', mcpEsm, [...LOADER, ...PRELOAD])).to.deep.equal(
      called,
    );
  });
});
