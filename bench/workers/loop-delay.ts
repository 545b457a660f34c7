import { monitorEventLoopDelay } from 'node:perf_hooks';

/* Loaded into a server beside its own program: tells how late its event loop is, when it is asked. */

/** How often the loop is looked at; with nothing to do, this is what it takes. */
const RESOLUTION_MILLIS = 1;
const NANOS_PER_MILLI = 1e6;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MILLIS });

process.on('message', (question) => {
  if (question === 'begin') {
    delay.reset();
    delay.enable();
    process.send?.('begun');
  } else if (question === 'tell') {
    delay.disable();
    process.send?.({
      p50: delay.percentile(50) / NANOS_PER_MILLI,
      p99: delay.percentile(99) / NANOS_PER_MILLI,
    });
  }
});
process.channel?.unref();
