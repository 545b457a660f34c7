import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';
import {
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  DocumentFormattingRequest,
  ExitNotification,
  InitializeRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** What starts the example. */
const command = [
  '--import',
  'otel-exec/register',
  'build/examples/language-server/server.js',
  '--stdio',
];

describe('the language server example', () => {
  it('has each request and the process it starts, without a word about telemetry', async () => {
    const child = spawn(process.execPath, command, { cwd: root });
    const lines = new LineCapture(child.stderr);
    const exited = once(child, 'exit');
    const client = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    client.listen();
    await client.sendRequest(InitializeRequest.type, {
      processId: null,
      rootUri: null,
      capabilities: {},
    });
    const textDocument = { uri: 'file:///list', languageId: 'list', version: 1, text: 'b\na\n' };
    await client.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    const edits = await client.sendRequest(DocumentFormattingRequest.type, {
      textDocument,
      options: { tabSize: 2, insertSpaces: true },
    });
    expect(edits?.map(({ newText }) => newText)).to.deep.equal(['a\nb\n']);
    await client.sendRequest(ShutdownRequest.type);
    await client.sendNotification(ExitNotification.type);
    expect(await exited).to.deep.equal([0, null]);
    client.dispose();
    const all = (await lines.end()).map(({ fields }) => fields);
    expect(
      all.map((fields) => [fields['event.name'], fields.method, fields.result]),
    ).to.have.deep.members([
      ['rpc.server.request', 'initialize', 'success'],
      ['rpc.server.request', 'textDocument/formatting', 'success'],
      ['child_process.exit', undefined, 'success'],
      ['rpc.server.request', 'shutdown', 'success'],
    ]);
    const formatting = all.find(({ method }) => method === 'textDocument/formatting');
    const exit = all.find((fields) => fields['event.name'] === 'child_process.exit');
    expect(String(formatting?.traceparent).split('-')[1]).to.equal(exit?.trace_id);
  });
});
