import { constants } from 'node:fs';
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import { osError } from './os-error.js';
import { CODES, RpcError } from './rpc-error.js';

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
 * The content of a regular file, in base64.
 * @param maxBytes the largest file that is read
 * @throws RpcError, -32004 where there is none
 */
export async function readFile(path: string, maxBytes: number) {
  try {
    // open(2): without O_NONBLOCK, opening a named pipe waits for somebody to write to it.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return { dataBase64: await contentOf(file, maxBytes) };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof RpcError ? error : fileError(error);
  }
}

async function contentOf(file: FileHandle, maxBytes: number): Promise<string> {
  const status = await file.stat();
  if (!status.isFile()) throw new RpcError(CODES.invalidRequest, 'not a regular file');
  if (status.size <= maxBytes) return file.readFile('base64');
  throw new RpcError(CODES.limitExceeded, `file is larger than ${maxBytes} bytes`);
}

function fileError(error: unknown): RpcError {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return osError(error, missing ? CODES.notFound : CODES.internalError);
}
