export type { ChildProcessInstrumentationConfig } from './instrumentation/child-process-config.js';
export { ChildProcessInstrumentation } from './instrumentation/child-process-instrumentation.js';
export type { ChildProcessEnd } from './instrumentation/child-process-outcome.js';
export type { InstrumentationConfig } from './instrumentation/exec-instrumentation.js';
export { ExecInstrumentation } from './instrumentation/exec-instrumentation.js';
