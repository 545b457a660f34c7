import type { Socket } from 'node:net';
import { type IPty, spawn } from '@lydell/node-pty';
import { plainEnvironment } from './command.js';
import { killTree } from './process-state.js';

/** Less than a spec may take, so that what is waited for in vain is told. */
const PATIENCE_MILLIS = 15_000;

/** A program on a terminal of its own. */
export class Screen implements AsyncDisposable {
  readonly #terminal: IPty;
  readonly #exit: Promise<{ exitCode: number; signal?: number | undefined }>;
  readonly #hearing = new Set<() => void>();
  #shown = '';
  #read = 0;
  #ended = false;

  /**
   * @param command the program first
   * @param cwd default: this program's
   */
  constructor(
    [program = '', ...args]: readonly string[],
    env: NodeJS.ProcessEnv = {},
    cwd: string = process.cwd(),
  ) {
    this.#terminal = spawn(program, args, {
      cols: 250,
      rows: 30,
      cwd,
      env: plainEnvironment({ TERM: 'xterm', PS1: '$ ', OTEL_EXEC_LOG: 'off', ...env }),
    });
    this.#terminal.onData((text) => {
      this.#shown += text;
      this.#hear();
    });
    this.#exit = new Promise((resolve) => {
      this.#terminal.onExit((exit) => {
        this.#ended = true;
        this.#hear();
        resolve(exit);
      });
    });
  }

  get pid(): number {
    return this.#terminal.pid;
  }

  /** Everything that was shown, with lines as the program ended them. */
  get shown(): string {
    return this.#shown.replaceAll('\r\n', '\n');
  }

  /** How the program ended, once it has. */
  get exit(): Promise<{ exitCode: number; signal?: number | undefined }> {
    return this.#exit;
  }

  /** Presses keys. */
  type(keys: string): void {
    this.#terminal.write(keys);
  }

  /** Changes the size. */
  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** Closes the terminal. Its own `destroy` sends a SIGHUP too, beside the system's. */
  hangUp(): void {
    (this.#terminal as IPty & { _socket: Socket })._socket.destroy();
  }

  /**
   * Waits until a text is shown, after the one that was waited for before.
   * @returns what matched
   * @throws Error where the program ends without it, or nothing more comes
   */
  async until(pattern: RegExp | string): Promise<string> {
    for (;;) {
      const rest = this.#shown.slice(this.#read);
      const match = typeof pattern === 'string' ? findText(rest, pattern) : pattern.exec(rest);
      if (match) {
        this.#read += match.index + match[0].length;
        return match[0];
      }
      if (this.#ended || !(await this.#more())) {
        throw new Error(`${pattern} was not shown, but ${JSON.stringify(rest)}`);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.hangUp();
    killTree(this.pid);
  }

  /** Waits for more to be shown. Returns whether there is something in time. */
  async #more(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const isHeard = await new Promise<boolean>((resolve) => {
      this.#hearing.add(() => resolve(true));
      timer = setTimeout(resolve, PATIENCE_MILLIS, false);
    });
    clearTimeout(timer);
    return isHeard;
  }

  #hear(): void {
    for (const heard of this.#hearing) heard();
    this.#hearing.clear();
  }
}

function findText(text: string, wanted: string): { 0: string; index: number } | undefined {
  const index = text.indexOf(wanted);
  return index < 0 ? undefined : { 0: wanted, index };
}
