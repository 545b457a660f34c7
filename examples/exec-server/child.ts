import type { ProcessGroup } from './process-group.js';
import type { OutputStream } from './wire.js';

/** How to start a child. */
export interface Launch {
  readonly argv: readonly [string, ...string[]];
  readonly arg0: string | undefined;
  readonly cwd: string;
  readonly env: Record<string, string | undefined>;
  /** Whether its input can be written; a terminal's always can. */
  readonly pipeStdin: boolean;
}

/** A child that runs, on pipes or on a terminal; it leads a process group of its own. */
export interface Child {
  readonly pid: number;
  /** The group that it leads. */
  readonly group: ProcessGroup;
  /** Writes to its input; settles when it can take more. False: its input is closed. */
  write(bytes: Buffer): Promise<boolean>;
  /** Ends its input. */
  closeStdin(): void;
  /** Stops reading its output, so that it waits once the pipe is full. */
  pause(): void;
  resume(): void;
  /** Gives up its streams, whoever else holds them. */
  abandon(): void;
}

/** What happens to a child: output, one exit, one closing of its streams, in that order or not. */
export interface ChildListener {
  output(stream: OutputStream, bytes: Buffer): void;
  exited(code: number | null, signal: string | null): void;
  /** The child and everybody who shares its streams let go of them. */
  closed(): void;
}
