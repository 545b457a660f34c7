/**
 * The door `otel-exec/register`: `node --import otel-exec/register server.js`.
 *
 * Starts the OpenTelemetry SDK, 2 or 3, by the standard `OTEL_*` variables, with every instrumentation of this
 * package. With no exporter configured, events are lines on stderr, filtered by `OTEL_EXEC_LOG`, and nothing is sent
 * anywhere. `OTEL_EXEC_DOCTOR=1` reports at the end; see `otel-exec/doctor`. Where an `--import` before this one
 * has started an SDK, that one is used. A program that starts an SDK itself needs `otel-exec/instrumentation`,
 * not this: the API takes one provider of a kind, and this one comes first. Where `NODE_OPTIONS` names it,
 * `otel-exec run` and `tap` are left alone: they observe by themselves.
 * @module otel-exec/register
 */

import { attendDoctor } from './doctor/attend.js';
import { isCommandLine } from './register/command-line.js';
import { start } from './register/start.js';

if (!isCommandLine(process.argv[1])) {
  if (process.env.OTEL_EXEC_DOCTOR?.trim() === '1') attendDoctor();
  start();
}
