import { Sink } from '../measure/sink.js';
import { serveTurns } from '../measure/worker.js';

/* Takes what servers export, in a process of its own so that it costs the client nothing. */

const sink = await Sink.open();
const port = Number(new URL(sink.url).port);
serveTurns(
  async () => {},
  async () => ({ port, ...Object.fromEntries(sink.paths) }),
);
