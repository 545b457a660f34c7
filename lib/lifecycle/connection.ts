import type { ConnectionFacts, ConnectionOutcome } from '../conventions/facts.js';
import type { Beginning } from '../signals/spans.js';
import { Lifecycle, type Observer } from './lifecycle.js';
import { Scope } from './open-set.js';

/**
 * A connection, from being accepted to being closed: counts alone. When it ends, the requests that began
 * with it and are still open end as `disconnected`.
 */
export class Connection extends Lifecycle<ConnectionFacts, ConnectionOutcome> {
  /** What is open on this connection. @internal */
  readonly scope = new Scope();

  /** @internal */
  constructor(
    observer: Observer<ConnectionFacts, ConnectionOutcome>,
    facts: ConnectionFacts,
    beginning: Beginning,
    scope: Scope,
  ) {
    super(observer, facts, beginning, scope);
  }

  protected override get fallback(): ConnectionOutcome {
    return { result: 'closed' };
  }

  /** Ends it and what is open on it. Returns whether this call did. */
  close(): boolean {
    if (this.settled) return false;
    this.scope.close();
    return this.end(this.fallback);
  }

  override [Symbol.dispose](): void {
    this.close();
  }
}
