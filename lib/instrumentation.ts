export type { InstrumentationConfig } from './instrumentation/exec-instrumentation.js';
