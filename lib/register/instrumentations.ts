import { ChildProcessInstrumentation } from '../instrumentation/child-process-instrumentation.js';
import type {
  ExecInstrumentation,
  InstrumentationConfig,
} from '../instrumentation/exec-instrumentation.js';

/** Every instrumentation of this package, on. */
export function everyInstrumentation(): ExecInstrumentation<InstrumentationConfig>[] {
  return [new ChildProcessInstrumentation()];
}
