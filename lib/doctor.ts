/**
 * The door `otel-exec/doctor`: `node --import otel-exec/doctor app.js`.
 *
 * Writes a report to stderr at the end of the program: what is installed, which seams are in, what each has seen,
 * what was lost, and what to do about it. It starts no SDK and switches no instrumentation on; with
 * `otel-exec/register`, `OTEL_EXEC_DOCTOR=1` does the same.
 * @module otel-exec/doctor
 */

import { attendDoctor } from './doctor/attend.js';

attendDoctor();
