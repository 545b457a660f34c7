/** A piece of what somebody wrote. */
export interface OutputPiece {
  /** Where it was written: `stdout`, `stderr`, or another name, which is shown as it is. */
  readonly stream: string;
  readonly bytes: Uint8Array;
}

/** What the host knows of a subject; see {@link PageHost}. */
export interface Subject {
  /** What it is called on the page. Default: the name of its span. At most 1,000 characters are shown. */
  readonly name?: string | undefined;
  /** Whether the host's actions can be performed on it while its span is open. */
  readonly actionable: boolean;
  /**
   * Reads what it wrote, from the first piece that is kept, and then waits for more until its end.
   * Without it, the page has no output of it.
   * @param signal aborted when nobody reads any more
   */
  readonly output?: ((signal: AbortSignal) => AsyncIterable<OutputPiece>) | undefined;
}

/** One of several that somebody chooses from. */
export interface Choice {
  /** What the host is given. */
  readonly value: string;
  readonly label: string;
  /** A sentence about it. */
  readonly hint?: string | undefined;
}

/** Something that can be done to a subject: a button beside its lifeline. */
export interface HostAction {
  /** Unique among the actions of a host. */
  readonly name: string;
  /** What the button says. */
  readonly label: string;
  /**
   * Whether it ends something, and so is shown in red and, unless it has choices, in the list of what runs.
   * Default false.
   */
  readonly ends?: boolean | undefined;
  /** What somebody chooses from before pressing the button. Default: nothing. */
  readonly choices?: readonly Choice[] | undefined;
  /**
   * Does it.
   * @param choice the value of one of the choices, where there are any
   * @throws (rejects with) an Error whose message is shown
   */
  perform(subject: string, choice: string | undefined): Promise<void>;
}

/** The command bar of a page. */
export interface HostCommands {
  /** What stands in the empty bar. Default `Type a command and press Enter`. */
  readonly placeholder?: string | undefined;
  /** Ways to run a command; the first is chosen at the beginning. Default: just one, which is not shown. */
  readonly modes?: readonly Choice[] | undefined;
  /** Commands to begin with, shown while there is nothing else. */
  readonly examples?: readonly Choice[] | undefined;
  /**
   * Runs a command. Everything that it starts bears the subject, so that the page finds its span.
   * @throws (rejects with) an Error whose message is shown
   */
  run(command: HostCommand): Promise<void>;
}

/** A command that somebody typed. */
export interface HostCommand {
  /** A new id, which the page has made. */
  readonly subject: string;
  readonly line: string;
  /** The value of one of the modes, where there are any. */
  readonly mode: string | undefined;
}

/**
 * What a program lets the readers of its page do. It is a plain object of the program that serves the page;
 * the page's own endpoints call it, after they have checked who asks. Without one, a page shows signals
 * and nothing else.
 *
 * A subject is the host's own id of something that has a span: a process, a job, a session.
 */
export interface PageHost {
  /**
   * Name of the attribute that carries the subject, on a span or on a log record in the context of that span.
   */
  readonly subjectAttribute: string;
  /** What is known of a subject; undefined for those of others. Asked whenever its span is shown. */
  find(subject: string): Subject | undefined;
  /** Without it, there is no command bar. */
  readonly commands?: HostCommands | undefined;
  /** Without it, there are no buttons. */
  readonly actions?: readonly HostAction[] | undefined;
}
