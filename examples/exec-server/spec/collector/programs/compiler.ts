/* A program that knows nothing of telemetry, and starts another one. */
import { execFileSync } from 'node:child_process';

execFileSync('true');
