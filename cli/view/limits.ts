const MEBIBYTE = 1024 * 1024;

/** What a view holds at most; times are milliseconds. */
export const LIMITS = {
  /** Of one request, before and after decompression: as much as a collector takes by default. */
  bodyBytes: 20 * MEBIBYTE,
  /** Of all the requests that are being read. */
  readingBytes: 128 * MEBIBYTE,
  connections: 512,
  /** Until the head of a request is there. */
  headersMillis: 10_000,
  /** Until all of it is there. */
  requestMillis: 60_000,
  /** Until a connection that says nothing is closed. */
  idleMillis: 60_000,
  /** After so many, nothing is added to a recording. */
  recordingBytes: 1024 * MEBIBYTE,
  /** That wait for a slow disk. */
  unsavedBytes: 64 * MEBIBYTE,
  /** Of a recording that is opened. */
  lineBytes: 64 * MEBIBYTE,
} as const;
