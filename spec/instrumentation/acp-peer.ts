interface Stream {
  readonly readable: ReadableStream<unknown>;
  readonly writable: WritableStream<unknown>;
}

export interface AcpContext {
  readonly params: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly client: AcpEnd;
}

/** What an end asks the other one. */
export interface AcpEnd {
  request(method: string, params: unknown, options?: object): Promise<Record<string, unknown>>;
  notify(method: string, params: unknown): Promise<void>;
}

export interface AcpConnection {
  readonly agent: AcpEnd;
  readonly client: AcpEnd;
  close(): void;
  readonly closed: Promise<void>;
}

interface App {
  onRequest(method: string, handler: (context: AcpContext) => unknown): App;
  onNotification(method: string, handler: (context: AcpContext) => unknown): App;
  connect(stream: Stream): AcpConnection;
}

/** What the specs use of `@agentclientprotocol/sdk`, of any version. */
export interface AcpPackage {
  agent(options?: object): App;
  client(options?: object): App;
  ndJsonStream(output: WritableStream<unknown>, input: ReadableStream<unknown>): Stream;
  readonly RequestError: new (code: number, message: string) => Error;
}

/**
 * A version of `@agentclientprotocol/sdk`: its public face and the file that is patched.
 * @param internal where that is, from the package's main file
 */
export async function loadAcp(
  alias: string,
  internal: string,
): Promise<{ main: AcpPackage; connection: object }> {
  const main = import.meta.resolve(alias);
  return { main: await import(main), connection: await import(new URL(internal, main).href) };
}

type Message = Readonly<Record<string, unknown>>;

/** Two ends of newline-delimited JSON, and what has gone over it each way. */
export function connectEnds({ ndJsonStream }: AcpPackage) {
  const fromClient: Message[] = [];
  const fromAgent: Message[] = [];
  const toAgent = recording(fromClient);
  const toClient = recording(fromAgent);
  return {
    agent: ndJsonStream(toClient.writable, toAgent.readable),
    client: ndJsonStream(toAgent.writable, toClient.readable),
    fromClient,
    fromAgent,
  };
}

function recording(messages: Message[]) {
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      messages.push(JSON.parse(new TextDecoder().decode(chunk)));
      controller.enqueue(chunk);
    },
  });
}
