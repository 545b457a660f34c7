import { isMainThread } from 'node:worker_threads';
import { stderrSink } from '../lines/stderr-sink.js';
import { complain } from '../opentelemetry/diagnostics.js';
import { attendExit } from '../register/exit.js';
import { report } from './report.js';

let isAttending = false;

/**
 * Writes the doctor's report to stderr when the program ends, also by a signal that would kill it. A second call does
 * nothing, and a worker's end is none of the program's. Never throws.
 */
export function attendDoctor(): void {
  if (isAttending || !isMainThread) return;
  isAttending = true;
  const sink = stderrSink();
  attendExit({
    settle() {},
    flush: async () => true,
    abandon() {},
    mustFlush: false,
    report() {
      try {
        sink.write(report(), () => {});
      } catch (error) {
        complain("writing the doctor's report", error);
      }
    },
  });
}
