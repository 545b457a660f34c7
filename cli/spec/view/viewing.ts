import type {
  Intake,
  ReceivedLogRecord,
  ReceivedMetric,
  ReceivedSpan,
} from '../../view/received.js';
import { Receiver, type Recording } from '../../view/receiver/receiver.js';
import { type LocalServer as Listening, LocalServer } from '../../view/receiver/server.js';

/** An intake that keeps everything, and a view on a free port that feeds it. */
export class Viewing implements Intake, AsyncDisposable {
  readonly spans: ReceivedSpan[] = [];
  readonly logRecords: ReceivedLogRecord[] = [];
  readonly metrics: ReceivedMetric[] = [];
  #server: Listening | undefined;

  private constructor() {}

  /** Starts one. */
  static async start(recording?: Recording): Promise<Viewing> {
    const viewing = new Viewing();
    viewing.#server = await LocalServer.listen('127.0.0.1', 0, () => [
      new Receiver(viewing, recording),
    ]);
    return viewing;
  }

  get url(): string {
    return String(this.#server?.url);
  }

  span(span: ReceivedSpan): void {
    this.spans.push(span);
  }

  logRecord(record: ReceivedLogRecord): void {
    this.logRecords.push(record);
  }

  metric(metric: ReceivedMetric): void {
    this.metrics.push(metric);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.close();
  }
}
