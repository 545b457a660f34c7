import { ExecTelemetry } from 'otel-exec';
import { handle, METHODS, type Message } from './message.js';

/** The same with this package. */
export function ours(
  telemetry = new ExecTelemetry({ methods: METHODS }),
): (message: Message) => void {
  return (message) => {
    const request = telemetry.request(message);
    request.run(() => handle(message));
    request.settle({ result: 'success' });
  };
}
