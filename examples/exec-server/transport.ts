/** A way to one peer, message by message. */
export interface Transport {
  /** The label of its connections in metrics. */
  readonly name: 'websocket' | 'stdio' | 'in_process';
  /** Bytes that were sent and that the peer has not taken. */
  readonly bufferedBytes: number;
  /** Sends one message; what can't be sent any more is dropped. */
  send(text: string): void;
  /** Reads no more messages for the moment. */
  pause(): void;
  /** Reads messages again. */
  resume(): void;
  /** Ends it, with a reason that the peer may see. */
  close(reason: string): void;
}
