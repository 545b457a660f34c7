import { setTimeout as sleep } from 'node:timers/promises';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { ExecTelemetry } from 'otel-exec';
import { LineLogRecordProcessor } from 'otel-exec/lines';

/**
 * One turn of an agent: a model call (its answer is canned) that asks for four tools, and a tool runner that lets one
 * run at a time. Two run, one throws, one is cancelled while it waits for its turn. Each writes a line to stderr.
 */

interface Call {
  readonly tool: string;
  readonly callId: string;
  readonly source?: 'direct' | 'code_mode';
  readonly signal?: AbortSignal;
}

const loggerProvider = new LoggerProvider({ processors: [new LineLogRecordProcessor()] });
const telemetry = new ExecTelemetry({ loggerProvider, tools: ['add', 'sleep', 'fail'] });

class ToolRunner {
  #turn: Promise<unknown> = Promise.resolve();

  async call<T>(facts: Call, tool: () => Promise<T>): Promise<T> {
    using call = telemetry.toolCall({ ...facts, conversationId: 'demo', turnId: 'turn-1' });
    const admitted = this.#turn;
    const done = admitted.then(async () => {
      facts.signal?.throwIfAborted();
      call.executionStarted();
      return call.run(tool);
    });
    this.#turn = done.catch(() => {});
    return await Promise.race([done, cancelled(facts.signal)]);
  }
}

function cancelled(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function askModel(): Promise<void> {
  using inference = telemetry.inference({
    model: 'canned',
    provider: 'none',
    conversationId: 'demo',
    turnId: 'turn-1',
    index: 1,
  });
  await inference.run(() => sleep(20));
  inference.settle({ result: 'success' });
}

await askModel();
const runner = new ToolRunner();
const cancellation = new AbortController();

const turn = Promise.allSettled([
  runner.call({ tool: 'sleep', callId: 'call-1' }, () => sleep(50)),
  runner.call({ tool: 'add', callId: 'call-2' }, async () => 1 + 2),
  runner.call({ tool: 'sleep', callId: 'call-3', signal: cancellation.signal }, () => sleep(50)),
  runner.call({ tool: 'fail', callId: 'call-4' }, () => Promise.reject(new Error('no'))),
  runner.call({ tool: 'add', callId: 'call-5', source: 'code_mode' }, async () => 3 + 4),
]);
await sleep(10);
cancellation.abort(new Error('the user changed their mind'));

for (const outcome of await turn) {
  process.stdout.write(
    outcome.status === 'fulfilled' ? `${outcome.value}\n` : `${outcome.reason.message}\n`,
  );
}
telemetry.shutdown();
await loggerProvider.shutdown();
