import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** More than a pipe or a socket holds, in bytes. */
const MOST_HELD = 4 * 1024 * 1024;

/**
 * Closes stdin or stdout for whoever is at its other end, which Node doesn't: libuv leaves the descriptors 0 to 2
 * open (`uv__stream_close` in src/unix/stream.c, 1.x). The null device takes the number, so that no file does.
 */
export function closeStandard(fd: 0 | 1): void {
  try {
    closeSync(fd);
    openSync(devNull, fd === 0 ? 'r' : 'w');
  } catch {
    // It was closed from the start.
  }
}

/** Waits until all that was written has gone, or can't go any more. */
export function flushed(to: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (to.destroyed || to.writableEnded) resolve();
    else to.write('', () => resolve());
  });
}

/**
 * Waits until all that a process has written is passed on, once that process has ended. Who has inherited its
 * stdout may keep it open, and go on writing: that isn't waited for.
 * @param from its stdout, which is piped somewhere
 */
export async function passedOn(from: Readable & { readonly bytesRead: number }): Promise<void> {
  const last = from.bytesRead + MOST_HELD;
  while (!from.closed && from.bytesRead < last) {
    const { bytesRead } = from;
    // Two of them: what can be read at once is read between the first and the second.
    await setImmediate();
    await setImmediate();
    if (bytesRead === from.bytesRead && from.readableFlowing === true) return;
    if (from.readableFlowing !== true) await flows(from);
  }
}

/** Waits until it goes on, or is closed, at once where it is closed already: it says so once. */
function flows(from: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (from.closed) {
      resolve();
      return;
    }
    const flowing = () => {
      from.off('resume', flowing).off('close', flowing);
      resolve();
    };
    from.on('resume', flowing).on('close', flowing);
  });
}
