import {
  ChildProcessInstrumentation,
  type ChildProcessInstrumentationConfig,
} from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';

/** Runs a test with the signals captured globally and child processes observed; undoes both. */
export async function withInstrumentation(
  config: ChildProcessInstrumentationConfig,
  test: (capture: SignalCapture, instrumentation: ChildProcessInstrumentation) => unknown,
): Promise<void> {
  await using capture = new SignalCapture().register();
  const instrumentation = new ChildProcessInstrumentation(config);
  try {
    await test(capture, instrumentation);
  } finally {
    instrumentation.disable();
  }
}
