/** What an exporter says of a batch, as every exporter of OpenTelemetry does. */
export interface BatchResult {
  /** 0 where the batch was exported. */
  readonly code: number;
  readonly error?: Error | undefined;
}

/** Sends batches; every exporter of spans or of log records, of either SDK line, does. */
export interface BatchExporter<Item> {
  /** Sends a batch and tells once, by `done`, what became of it. */
  export(items: Item[], done: (result: BatchResult) => void): void;
  /** Ends it; nothing is sent after that. */
  shutdown(): Promise<void>;
}

/** What is looked at in a span or a log record before it is exported. */
export interface Exportable {
  readonly resource: {
    /** Settles once the resource's attributes are all known. */
    waitForAsyncAttributes?(): Promise<void>;
  };
}
