import type { ConnectionFacts, ConnectionOutcome } from '../conventions/facts.js';
import type { Beginning } from '../signals/spans.js';
import { Lifecycle } from './lifecycle.js';
import type { Observer } from './observer.js';
import { OpenSet } from './open-set.js';

const CLOSED: ConnectionOutcome = { result: 'closed' };

/**
 * A connection, from being accepted to being closed: counts alone. When it ends, the requests that began
 * with it and are still open end as `disconnected`.
 */
export class Connection extends Lifecycle<ConnectionFacts, ConnectionOutcome> {
  /** What is open on this connection. @internal */
  readonly openSet: OpenSet;

  /** @internal */
  constructor(
    observer: Observer<ConnectionFacts, ConnectionOutcome>,
    facts: ConnectionFacts,
    beginning: Beginning,
    openSet: OpenSet,
  ) {
    const members = new OpenSet(openSet);
    super(observer, facts, beginning, openSet, members);
    this.openSet = members;
  }

  protected override fallback(): ConnectionOutcome {
    return CLOSED;
  }

  protected override failedBy(): ConnectionOutcome {
    return CLOSED;
  }

  /** Ends it and what is open on it. Returns whether this call did; false where it had ended before. */
  settle(): boolean {
    return this.end(CLOSED);
  }
}
