/** What may be renamed in a convention that carries a namespace. */
export interface Names {
  /** First segment of event names and logger scopes. Default `codex`. */
  readonly namespace?: string | undefined;
}

/** The namespace of the exec server whose events this package follows. */
export const DEFAULT_NAMESPACE = 'codex';
