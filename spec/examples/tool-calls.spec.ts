import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';

const program = fileURLToPath(new URL('../../examples/tool-calls.js', import.meta.url));

describe('the tool runner example', () => {
  it('tells of each direct call once, of the cancelled one as dispatch alone, of code mode nothing', async () => {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines = new LineCapture(child.stderr);
    const [output, all, [code]] = await Promise.all([
      text(child.stdout),
      lines.end(),
      once(child, 'exit'),
    ]);
    expect(code).to.equal(0);
    expect(output).to.equal('undefined\n3\nthe user changed their mind\nno\n7\n');
    const [inference, ...tools] = all;
    expect(inference?.fields).to.include({ 'event.name': 'codex.inference', result: 'success' });
    expect(inference?.target).to.equal('codex_core::turn_timing');
    const calls = Object.fromEntries(tools.map(({ fields }) => [fields.call_id, fields]));
    expect(Object.keys(calls).sort()).to.deep.equal(['call-1', 'call-2', 'call-3', 'call-4']);
    expect(tools).to.have.length(4);
    for (const { fields, target } of tools) {
      expect(target).to.equal('codex_core::tools::parallel');
      expect(Object.keys(fields)).to.have.members([
        'message',
        'event.name',
        'conversation.id',
        'turn_id',
        'tool_name',
        'call_id',
        'tool_source',
        'execution_started',
        'dispatch_duration_ms',
        'handler_duration_ms',
        'total_duration_ms',
        ...(fields.call_id === 'call-4' ? ['error.type'] : []),
      ]);
    }
    expect(calls['call-4']?.['error.type']).to.equal('Error');
    expect(calls['call-1']?.handler_duration_ms).to.be.at.least(49);
    expect(calls['call-2']?.dispatch_duration_ms).to.be.at.least(49);
    const cancelled = calls['call-3'];
    expect(cancelled?.execution_started).to.equal(false);
    expect(cancelled?.handler_duration_ms).to.equal(0);
    expect(cancelled?.dispatch_duration_ms).to.equal(cancelled?.total_duration_ms);
    expect(calls['call-4']?.execution_started).to.equal(true);
  });
});
