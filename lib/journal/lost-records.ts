import { constants } from 'node:fs';
import { type FileHandle, lstat, open, opendir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { complain, warn } from '../opentelemetry/diagnostics.js';
import { makeFileName, readFileName } from './file-name.js';
import { type HostIdentity, isHostAlive, isProcessAlive } from './host.js';
import { TOUCH_EVERY_MILLIS } from './journal.js';
import { BLANK, type JournalRecord, parseRecord, RECORD_BYTES } from './record.js';

/** A process that was open when its host was lost. */
export interface LostRecord extends JournalRecord {
  /** When it was last known to live, milliseconds since the Unix epoch: now, where it still runs. */
  readonly lastSeen: number;
  /** Whether it still runs; undefined where that can't be known. */
  readonly alive: boolean | undefined;
}

/** Records that are read, and told, at once. */
const BATCH = 64;
/** Rest between two batches, milliseconds, so that queues of exporters keep up. */
const REST_MILLIS = 10;
/** After how many milliseconds of silence a host is dead of whom nothing else can be known. */
const SILENCE_MILLIS = 10 * TOUCH_EVERY_MILLIS;

const READ_AND_WRITE = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0);
const BLANKS = Buffer.from(BLANK.repeat(BATCH));

/**
 * Tells what dead hosts have left in a directory. A file belongs to the host that its name names; it becomes
 * another's by being renamed, which one alone can do. A record is taken out before it is told, so that
 * nothing is told twice, also where the one who tells is killed.
 */
export class LostRecords {
  readonly #directory: string;
  readonly #kind: string;
  readonly #tell: (lost: LostRecord) => void;
  #stopped = false;

  constructor(directory: string, kind: string, tell: (lost: LostRecord) => void) {
    this.#directory = directory;
    this.#kind = kind;
    this.#tell = tell;
  }

  /**
   * Tells all, in the background: nothing of it keeps the program alive for longer than a batch. Never rejects.
   * Settles when those of whom it is known have been told; the others are told when it is.
   */
  async read(): Promise<void> {
    try {
      if (this.#stopped || (await this.#readDirectory()) === 'done') return;
      setTimeout(() => void this.read(), SILENCE_MILLIS).unref();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        complain('reading the journal', error);
    }
  }

  /** Stops after the batch that is being told. The rest is left for the next host. */
  stop(): void {
    this.#stopped = true;
  }

  async #readDirectory(): Promise<'undecided' | 'done'> {
    let state: 'undecided' | 'done' = 'done';
    for await (const { name } of await opendir(this.#directory)) {
      if (this.#stopped) return 'done';
      const owner = readFileName(name, this.#kind);
      if (owner === undefined) continue;
      const alive = await isOwnerAlive(owner, join(this.#directory, name));
      if (alive === undefined) state = 'undecided';
      if (alive === false) await this.#readFile(name, owner);
    }
    return state;
  }

  async #readFile(name: string, owner: HostIdentity): Promise<void> {
    try {
      const path = await this.#claim(name);
      if (path === undefined) return;
      const file = await open(path, READ_AND_WRITE);
      try {
        if (await this.#tellAll(file, owner)) await unlink(path);
      } finally {
        await file.close();
      }
    } catch (error) {
      complain('reading the journal of a lost host', error);
    }
  }

  /** Makes a file this host's own. Returns undefined where another host was faster, or where it is another user's. */
  async #claim(name: string): Promise<string | undefined> {
    const path = join(this.#directory, name);
    const claimed = join(this.#directory, makeFileName(this.#kind));
    try {
      const { uid } = await lstat(path);
      if (process.getuid !== undefined && uid !== process.getuid()) return undefined;
      await rename(path, claimed);
      return claimed;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Returns whether nothing is left in the file. */
  async #tellAll(file: FileHandle, owner: HostIdentity): Promise<boolean> {
    const { mtime, mtimeMs } = await file.stat();
    const lines = Buffer.alloc(BATCH * RECORD_BYTES);
    let torn = 0;
    for (let position = 0; !this.#stopped; position += lines.length) {
      const { bytesRead } = await file.read(lines, 0, lines.length, position);
      if (bytesRead === 0) {
        if (torn > 0) warn(`${torn} records of a lost host's journal were torn, and are not told`);
        return true;
      }
      const records: JournalRecord[] = [];
      for (let start = 0; start < bytesRead; start += RECORD_BYTES) {
        const record = parseRecord(
          lines.subarray(start, Math.min(start + RECORD_BYTES, bytesRead)),
        );
        if (record === 'torn') torn++;
        else if (record !== 'blank') records.push(record);
      }
      const lost = await Promise.all(
        records.map((record) => lostRecord(record, owner, Math.round(mtimeMs))),
      );
      await file.write(BLANKS, 0, bytesRead, position);
      await file.utimes(mtime, mtime);
      for (const each of lost) this.#tell(each);
      if (lost.length > 0) await pause(REST_MILLIS, undefined, { ref: false });
    }
    return false;
  }
}

async function isOwnerAlive(owner: HostIdentity, path: string): Promise<boolean | undefined> {
  const alive = await isHostAlive(owner);
  if (alive !== undefined) return alive;
  const { mtimeMs } = await lstat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > SILENCE_MILLIS ? false : undefined;
}

async function lostRecord(
  record: JournalRecord,
  owner: HostIdentity,
  hostLastSeen: number,
): Promise<LostRecord> {
  const { pid, spawned, began } = record;
  const alive = pid && spawned ? await isProcessAlive(pid, spawned, owner) : undefined;
  return { ...record, alive, lastSeen: alive ? Date.now() : Math.max(hostLastSeen, began) };
}
