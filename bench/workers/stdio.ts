import { StdioInstrumentation } from 'otel-exec/instrumentation';
import { serveTurns } from '../measure/worker.js';
import { histogramRecords, registerSdk, type Sdk } from '../sdk.js';
import { responseText, WIRES, type Wire } from '../variants/wire.js';

/* A server of JSON-RPC on stdin and stdout, as one writes it without a library. */

const [, , framing = '', variant] = process.argv;
const wire = WIRES[framing] as Wire;
const parsesTwice = variant === 'parsing each message twice';
const sdk: Sdk | undefined = variant === 'observed, all signals' ? await registerSdk() : undefined;
if (variant?.startsWith('observed')) new StdioInstrumentation();

let served = 0;
let turn: { readonly until: number; readonly over: () => void } | undefined;
let rest = '';

process.stdin.on('data', (chunk: Buffer) => {
  rest = wire.take(rest + chunk.toString(), serve);
});

function serve(text: string): void {
  const { id } = JSON.parse(text) as { id: unknown };
  const response = responseText(id);
  if (parsesTwice) {
    JSON.parse(text);
    JSON.parse(response);
  }
  process.stdout.write(wire.frame(response));
  served++;
  if (served === turn?.until) turn.over();
}

let due = 0;
serveTurns(
  (times) => {
    due += times;
    return new Promise((resolve) => {
      if (served >= due) resolve();
      else turn = { until: due, over: resolve };
    });
  },
  async () => {
    await sdk?.flush();
    const { spans = 0, events = 0 } = sdk?.exported ?? {};
    return { spans, events, records: sdk === undefined ? 0 : histogramRecords(sdk.exported) };
  },
);
