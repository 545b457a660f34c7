import type { Probed } from './probed-server.js';

/** Loaded into the server beside it (`--import`): answers how much it holds, and keeps it from nothing. */

process.on('message', () => {
  for (let times = 0; times < 3; times++) globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const answer: Probed = { heapUsed, rss, resources: process.getActiveResourcesInfo().length };
  process.send?.(answer);
});
process.channel?.unref();
