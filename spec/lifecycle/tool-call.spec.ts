import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';
import { FakeClock } from '../fake-clock.js';

const FACTS = { tool: 'shell', callId: 'c1', conversationId: 'v1', turnId: 't1' };
const IDENTITY = {
  trace_id: /^[\da-f]{32}$/,
  'conversation.id': 'v1',
  turn_id: 't1',
  tool_name: 'shell',
  call_id: 'c1',
  tool_source: 'direct',
};

function start(now?: number) {
  const capture = new SignalCapture();
  const clock = new FakeClock(now);
  return {
    capture,
    clock,
    telemetry: new ExecTelemetry({ ...capture.providers, clock, tools: ['shell'] }),
  };
}

describe('a tool call', () => {
  it('splits its time at the moment that the dispatch lock was taken', async () => {
    const { capture, clock, telemetry } = start();
    {
      using call = telemetry.toolCall(FACTS);
      clock.advance(7.9);
      call.executionStarted();
      clock.advance(100);
      call.executionStarted();
      clock.advance(20.5);
    }
    await capture.expectExactly({
      spans: [
        {
          name: 'execute_tool shell',
          kind: 'INTERNAL',
          status: 'UNSET',
          attributes: {
            'gen_ai.operation.name': 'execute_tool',
            'gen_ai.tool.name': 'shell',
            'gen_ai.tool.call.id': 'c1',
            'gen_ai.conversation.id': 'v1',
          },
        },
      ],
      events: [
        {
          name: 'codex.tool_call',
          target: 'codex_core::tools::parallel',
          body: 'tool call completed',
          severity: 'INFO',
          attributes: {
            ...IDENTITY,
            execution_started: true,
            dispatch_duration_ms: 7,
            handler_duration_ms: 120,
            total_duration_ms: 128,
          },
        },
      ],
      metrics: {
        'gen_ai.execute_tool.duration': [
          {
            attributes: { 'gen_ai.tool.name': 'shell' },
            value: 1,
            sum: 0.1284,
          },
        ],
      },
    });
  });

  it('that is cancelled before it was admitted is one event, all of it dispatch', async () => {
    const { capture, clock, telemetry } = start();
    const call = telemetry.toolCall(FACTS);
    clock.advance(50);
    call[Symbol.dispose]();
    call.executionStarted();
    call[Symbol.dispose]();
    await capture.expectExactly({
      events: [
        {
          attributes: {
            ...IDENTITY,
            execution_started: false,
            dispatch_duration_ms: 50,
            handler_duration_ms: 0,
            total_duration_ms: 50,
          },
        },
      ],
    });
  });

  it('from a code-mode runtime has no guard, and none of its signals', async () => {
    const { capture, telemetry } = start();
    {
      using call = telemetry.toolCall({ ...FACTS, source: 'code_mode' });
      call.executionStarted();
      expect(call.run(() => 'ran')).to.equal('ran');
    }
    await capture.expectExactly({ spans: [], events: [], metrics: {} });
  });

  for (const [name, end] of [
    ['runs backwards', -1],
    ['is not a number', Number.NaN],
    ['is beyond all integers', Number.MAX_VALUE],
  ] as const) {
    it(`leaves out all three durations when the clock ${name}`, async () => {
      const { capture, clock, telemetry } = start(0);
      const call = telemetry.toolCall(FACTS);
      call.executionStarted();
      clock.set(end);
      call[Symbol.dispose]();
      await capture.expectExactly({
        events: [{ attributes: { ...IDENTITY, execution_started: true } }],
      });
    });
  }

  it('leaves them out too when only the moment of admission makes no sense', async () => {
    const { capture, clock, telemetry } = start(100);
    const call = telemetry.toolCall(FACTS);
    clock.set(50);
    call.executionStarted();
    clock.set(200);
    call[Symbol.dispose]();
    await capture.expectExactly({
      events: [{ attributes: { ...IDENTITY, execution_started: true } }],
    });
  });
});

describe('a model call', () => {
  it('has the exact fields of its event', async () => {
    const { capture, clock, telemetry } = start();
    const call = telemetry.inference({
      model: 'm1',
      provider: 'p1',
      conversationId: 'v1',
      turnId: 't1',
      index: 1,
    });
    clock.advance(1_234.5);
    call.settle({ result: 'error', error: new RangeError('secret') });
    await capture.expectExactly({
      spans: [
        {
          name: 'chat m1',
          kind: 'CLIENT',
          status: 'ERROR',
          attributes: {
            'gen_ai.operation.name': 'chat',
            'gen_ai.request.model': 'm1',
            'gen_ai.provider.name': 'p1',
            'gen_ai.conversation.id': 'v1',
            'error.type': 'RangeError',
          },
        },
      ],
      events: [
        {
          name: 'codex.inference',
          target: 'codex_core::turn_timing',
          body: 'inference completed',
          attributes: {
            trace_id: /^[\da-f]{32}$/,
            'conversation.id': 'v1',
            turn_id: 't1',
            inference_index: 1,
            model: 'm1',
            provider_name: 'p1',
            result: 'error',
            duration_ms: 1_234,
            'error.type': 'RangeError',
          },
        },
      ],
      metrics: {
        'gen_ai.client.operation.duration': [
          {
            attributes: {
              'gen_ai.operation.name': 'chat',
              'gen_ai.request.model': 'm1',
              'gen_ai.provider.name': 'p1',
              'error.type': 'RangeError',
            },
            value: 1,
            sum: 1.2345,
          },
        ],
      },
    });
  });
});
