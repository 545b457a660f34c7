import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly processId?: string };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** One connection to an exec server, which it keeps as busy as it is told to. */
export class Load {
  readonly #socket: WebSocket;
  #lastId = 0;
  #receive: (reply: Reply) => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#receive(JSON.parse(String(data))));
  }

  /** @throws Error where the server refuses */
  static async connect(url: string): Promise<Load> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const load = new Load(socket);
    const answered = load.#next();
    load.#request('initialize', { clientName: 'bench' });
    await answered;
    load.#send({ method: 'initialized', params: {} });
    return load;
  }

  /**
   * Asks, with a number of requests in flight, until the time is over and all are answered.
   * @returns answers per second
   * @throws Error for an answer that is an error
   */
  requests(method: string, inFlight: number, millis: number): Promise<number> {
    return this.#keepBusy(
      inFlight,
      millis,
      (reply, begin) => {
        if (reply.id === undefined) return 0;
        begin();
        return 1;
      },
      () => this.#request(method, {}),
    );
  }

  /**
   * Starts processes, with a number of them running, until the time is over and all have been reaped.
   * @returns processes per second, from start to the news of their streams' end
   * @throws Error for one that can't be started
   */
  processes(argv: readonly string[], running: number, millis: number): Promise<number> {
    return this.#keepBusy(
      running,
      millis,
      ({ method }, begin) => {
        if (method !== 'process/closed') return 0;
        begin();
        return 1;
      },
      () =>
        this.#request('process/start', {
          processId: randomUUID(),
          argv,
          cwd: 'file:///tmp',
          env: { PATH: process.env.PATH },
          tty: false,
          pipeStdin: false,
          arg0: null,
        }),
    );
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #keepBusy(
    inFlight: number,
    millis: number,
    take: (reply: Reply, begin: () => void) => number,
    ask: () => void,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const began = performance.now();
      let open = 0;
      let done = 0;
      const begin = () => {
        if (performance.now() - began >= millis) return;
        open++;
        ask();
      };
      this.#receive = (reply) => {
        if (reply.error !== undefined) reject(new Error(reply.error.message));
        const ended = take(reply, begin);
        done += ended;
        open -= ended;
        if (open === 0) resolve((done * 1_000) / (performance.now() - began));
      };
      for (let i = 0; i < inFlight; i++) begin();
    });
  }

  #request(method: string, params: object): void {
    const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
    this.#send({ id: ++this.#lastId, method, params, trace });
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  #next(): Promise<Reply> {
    return new Promise((resolve) => {
      this.#receive = resolve;
    });
  }
}
