/** A decoded request, as the exec-server wire has it. */
export interface Message {
  readonly id: number;
  readonly method: string;
  readonly params: object;
  readonly trace?: { readonly traceparent: string };
}

/** The methods that the benchmarks' server knows. */
export const METHODS = ['process/start', 'process/read', 'process/write', 'fs/readFile'] as const;

/** The remote parent that messages carry. */
export const REMOTE = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  traceFlags: 1,
  isRemote: true,
};

const PARAMS = { processId: 'p1', maxBytes: 65_536 };
const CARRIER = { traceparent: `00-${REMOTE.traceId}-${REMOTE.spanId}-01` };

/** Makes one decoded message after the other, with or without a trace context in it. */
export function messages(carrier: boolean): () => Message {
  let id = 0;
  return () => {
    id++;
    const method = METHODS[id & 3] ?? METHODS[0];
    return carrier
      ? { id, method, params: PARAMS, trace: CARRIER }
      : { id, method, params: PARAMS };
  };
}

/** What a server does with a request; next to nothing, so that telemetry is what is measured. */
export function handle(message: Message): number {
  return message.id;
}
