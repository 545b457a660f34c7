import { messageOf, ViewFailure } from '../failure.js';
import type { Intake } from '../received.js';
import { tell } from '../telling.js';
import { OpenRecording } from './loading.js';
import { Recorder } from './recorder.js';

const SHOWN_SKIPS = 10;

/** Opens a recording to be shown. @throws (rejects with) ViewFailure */
export async function openRecording(path: string): Promise<OpenRecording> {
  try {
    return await OpenRecording.open(path);
  } catch (error) {
    throw new ViewFailure(`--open: ${messageOf(error)}`);
  }
}

/** Opens a recording to be added to. @throws (rejects with) ViewFailure */
export async function openRecorder(path: string): Promise<Recorder> {
  try {
    return await Recorder.open(path, (message) => tell(`${path}: ${message}`));
  } catch (error) {
    throw new ViewFailure(`--save: ${messageOf(error)}`);
  }
}

/**
 * Shows a recording, and says how far it is where somebody watches a terminal. Never rejects.
 * @param signal ends it
 */
export async function showRecording(
  recording: OpenRecording,
  path: string,
  intake: Intake,
  signal: AbortSignal,
): Promise<void> {
  let shown = -1;
  const listener = {
    progress: (part: number) => {
      const percent = Math.floor(part * 100);
      if (!process.stderr.isTTY || percent === shown) return;
      shown = percent;
      process.stderr.write(`\r${path}: ${percent} %${percent === 100 ? '\n' : ''}`);
    },
    skipped: (line: number, reason: string, count: number) => {
      if (count <= SHOWN_SKIPS) tell(`${path}: line ${line} is skipped: ${reason}`);
    },
  };
  try {
    const { requests, skipped } = await recording.load(intake, listener, signal);
    tell(`${path}: ${requests} requests${skipped > 0 ? `, ${skipped} lines skipped` : ''}`);
  } catch (error) {
    if (!signal.aborted) tell(`${path}: only a part is shown: ${messageOf(error)}`);
  }
}
