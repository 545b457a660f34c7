import type { IPty, IPtyForkOptions } from '@lydell/node-pty';
import { CODES, RpcError } from './rpc-error.js';

const F_SETFD = 2;
const FD_CLOEXEC = 1;

/** Starts a program on a terminal of its own, which no other child sees. */
export type SpawnOnTerminal = (file: string, args: string[], options: IPtyForkOptions) => IPty;

/**
 * What starts programs on terminals.
 * @throws RpcError where there is none for this platform
 */
export async function loadTerminals(): Promise<SpawnOnTerminal> {
  const { spawn } = await load('@lydell/node-pty', () => import('@lydell/node-pty'));
  if (process.platform === 'win32') return spawn;
  const { default: koffi } = await load('koffi', () => import('koffi'));
  const fcntl = koffi.load(null).func('int fcntl(int fd, int command, ...)');
  return (file, args, options) => {
    const pty = spawn(file, args, options);
    // node-pty 1.1 leaves its side of the terminal open to every later child, of whichever client, which
    // could read and type there: https://github.com/microsoft/node-pty/blob/v1.1.0/src/unix/pty.cc
    if (fcntl(masterOf(pty), F_SETFD, 'int', FD_CLOEXEC) === 0) return pty;
    pty.kill('SIGKILL');
    throw new RpcError(CODES.internalError, 'the terminal could not be kept from other children');
  };
}

/** The descriptor of a terminal's master, which node-pty's types leave out. */
export function masterOf(pty: IPty): number {
  return (pty as unknown as { fd: number }).fd;
}

async function load<Module>(name: string, doImport: () => Promise<Module>): Promise<Module> {
  try {
    return await doImport();
  } catch {
    throw new RpcError(
      CODES.internalError,
      `tty: true needs the package ${name}, which is not installed for this platform`,
    );
  }
}
