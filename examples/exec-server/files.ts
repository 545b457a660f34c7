import { constants } from 'node:fs';
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import { Production } from './production.js';
import { CODES, osError, RpcError } from './rpc-error.js';

const PIECE_BYTES = 256 * 1024;

/** What a file is, following links. @throws RpcError, -32004 where there is none */
export async function getMetadata(path: string) {
  try {
    const [link, target] = await Promise.all([lstat(path), stat(path)]);
    return {
      isDirectory: target.isDirectory(),
      isFile: target.isFile(),
      isSymlink: link.isSymbolicLink(),
      size: target.size,
      createdAtMs: Math.trunc(target.birthtimeMs),
      modifiedAtMs: Math.trunc(target.mtimeMs),
    };
  } catch (error) {
    throw fileError(error);
  }
}

/**
 * The content of a regular file, in base64, as large as the file is now; one without a size, such as those
 * in `/proc`, up to its end.
 * @param maxBytes the largest file that is read
 * @throws RpcError, -32004 where there is none
 */
export async function readFile(path: string, maxBytes: number): Promise<Production> {
  const { size } = await stat(path).catch((error) => {
    throw fileError(error);
  });
  const bytes = size === 0 ? maxBytes : Math.min(size, maxBytes);
  return new Production(base64Length(bytes), () => readUpTo(path, bytes, maxBytes));
}

async function readUpTo(path: string, bytes: number, maxBytes: number) {
  try {
    // open(2): without O_NONBLOCK, opening a named pipe waits for somebody to write to it.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return { dataBase64: await contentOf(file, bytes, maxBytes) };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof RpcError ? error : fileError(error);
  }
}

async function contentOf(file: FileHandle, bytes: number, maxBytes: number): Promise<string> {
  const status = await file.stat();
  if (!status.isFile()) throw new RpcError(CODES.invalidRequest, 'not a regular file');
  if (status.size <= maxBytes) {
    const content = await contentUpTo(file, bytes === maxBytes ? maxBytes + 1 : bytes);
    if (content.length <= maxBytes) return content.toString('base64');
  }
  throw new RpcError(CODES.limitExceeded, `file is larger than ${maxBytes} bytes`);
}

// proc(5): many files there say that they are empty, so what counts is what was read.
async function contentUpTo(file: FileHandle, bytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let left = bytes;
  while (left > 0) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(left, PIECE_BYTES)));
    if (bytesRead === 0) break;
    pieces.push(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return Buffer.concat(pieces);
}

function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

function fileError(error: unknown): RpcError {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return osError(error, missing ? CODES.notFound : CODES.internalError);
}
