import type { ChildProcessInstrumentationConfig } from '../instrumentation/child-process/config.js';
import type { Variables } from './environment.js';
import { readMillis } from './milliseconds.js';

/** The directory in which open processes leave a record. */
const JOURNAL = 'OTEL_EXEC_JOURNAL';
/** How often an open process says that it still runs, milliseconds; 0 is never. */
const HEARTBEAT = 'OTEL_EXEC_HEARTBEAT';

/** Reads what is told of processes that are open: nothing by default. */
export function readOpenProcesses(
  variables: Variables,
): Pick<ChildProcessInstrumentationConfig, 'journal' | 'heartbeatMillis'> {
  return {
    journal: variables[JOURNAL]?.trim() || undefined,
    heartbeatMillis: readMillis(variables, HEARTBEAT, 0),
  };
}
