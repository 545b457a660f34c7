import { spawnSync } from 'node:child_process';
import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';

const capture = new SignalCapture().register();
const instrumentation = new ChildProcessInstrumentation();
spawnSync('sh', ['-c', 'exit 3']);
instrumentation.disable();
await capture.expectExactly({
  spans: [{ name: 'sh', status: 'ERROR' }],
  events: [{ name: 'child_process.start' }, { name: 'child_process.exit' }],
  metrics: {
    'child_process.active': [{ value: 0 }],
    'child_process.finished': [{ attributes: { result: 'error' }, value: 1 }],
    'child_process.duration': [{ attributes: { result: 'error', 'error.type': '3' }, value: 1 }],
  },
});
await capture[Symbol.asyncDispose]();
