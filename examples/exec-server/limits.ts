/** What one client, and all of them together, may take of this server. */
export interface Limits {
  /** Open connections. */
  readonly connections: number;
  /** Running processes, over all connections. */
  readonly processes: number;
  /** Bytes of one message. */
  readonly frameBytes: number;
  /** Requests of one connection that have no answer yet. */
  readonly requestsInFlight: number;
  /** Bytes of messages of one connection that have no answer yet. */
  readonly bytesInFlight: number;
  /** Bytes of messages that have no answer yet, over all connections. */
  readonly totalBytesInFlight: number;
  /** Requests of one connection whose handlers run at the same time; the rest waits in a queue. */
  readonly requestsRunning: number;
  /** Bytes of output that are kept for `process/read`, a process. */
  readonly retainedBytes: number;
  /** Chunks of output that are kept for `process/read`, a process. */
  readonly retainedChunks: number;
  /** Bytes of output that one connection's closed processes keep; the oldest is forgotten first. */
  readonly retainedClosedBytes: number;
  /** Closed processes that one connection still remembers. */
  readonly retainedClosed: number;
  /** Ids of writes that are remembered, a process. */
  readonly retainedWriteIds: number;
  /**
   * Bytes that wait for a slow reader before its processes and its requests are held back. One answer
   * more may wait, which is `fileBytes` in base64 at most.
   */
  readonly outboundBytes: number;
  /** Bytes of large answers that are produced at the same time, over all connections. */
  readonly producedBytes: number;
  /** Bytes that `fs/readFile` returns at most. */
  readonly fileBytes: number;
  /** Milliseconds that `process/read` waits at most. */
  readonly readWaitMillis: number;
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly killGraceMillis: number;
  /** Milliseconds that the news of an exit waits for output that is still in the pipes. */
  readonly drainMillis: number;
}

/** The limits of a server that nobody tuned. */
export const DEFAULT_LIMITS: Limits = {
  connections: 64,
  processes: 512,
  frameBytes: 4 * 1024 * 1024,
  requestsInFlight: 1024,
  bytesInFlight: 64 * 1024 * 1024,
  totalBytesInFlight: 256 * 1024 * 1024,
  requestsRunning: 64,
  retainedBytes: 1024 * 1024,
  retainedChunks: 50_000,
  retainedClosedBytes: 16 * 1024 * 1024,
  retainedClosed: 1024,
  retainedWriteIds: 4096,
  outboundBytes: 1024 * 1024,
  producedBytes: 64 * 1024 * 1024,
  fileBytes: 8 * 1024 * 1024,
  readWaitMillis: 60_000,
  killGraceMillis: 2_000,
  drainMillis: 100,
};
