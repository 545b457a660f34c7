import type { Tracer } from '@opentelemetry/api';
import type { Convention, Outcome } from '../conventions/convention.js';
import { warn } from '../opentelemetry/diagnostics.js';
import { isAnyProviderRegistered } from '../opentelemetry/globals.js';
import type { Clock } from '../signals/clock.js';
import type { Instruments } from '../signals/instruments.js';
import type { LogBridge } from '../signals/log-bridge.js';

/** What an {@link Observer} is made with. */
export interface ObserverParts<Facts, O extends Outcome> {
  readonly convention: Convention<Facts, O>;
  readonly instruments: Instruments<Facts, O>;
  readonly bridge: LogBridge;
  readonly clock: Clock;
  readonly tracer: () => Tracer | undefined;
  /** Whether a failed span's status is described by the message of its error. */
  readonly describesErrors: boolean;
  /** Whether any provider was given, instead of the global ones. */
  readonly given: boolean;
}

/** Everything that one kind of lifecycle is observed with. */
export class Observer<Facts, O extends Outcome> implements ObserverParts<Facts, O> {
  readonly convention: Convention<Facts, O>;
  readonly instruments: Instruments<Facts, O>;
  readonly bridge: LogBridge;
  readonly clock: Clock;
  readonly tracer: () => Tracer | undefined;
  readonly given: boolean;
  readonly describesErrors: boolean;
  #toldAbandoned = false;

  constructor(parts: ObserverParts<Facts, O>) {
    const { convention, instruments, bridge, clock, tracer, given, describesErrors } = parts;
    this.convention = convention;
    this.instruments = instruments;
    this.bridge = bridge;
    this.clock = clock;
    this.tracer = tracer;
    this.given = given;
    this.describesErrors = describesErrors;
  }

  /**
   * Whether anybody may read a signal of a lifecycle that begins now. Where nobody does, it is counted, and
   * no clock is read and nothing captured until it has ended.
   */
  get isHeard(): boolean {
    const { convention, instruments } = this;
    if (!this.given && !isAnyProviderRegistered()) return false;
    return (
      instruments.measured ||
      (convention.span !== undefined && this.tracer() !== undefined) ||
      (convention.event !== undefined && this.bridge.present)
    );
  }

  /** Tells `diag`, once, that one was let go without being settled. */
  tellAbandoned(): void {
    if (this.#toldAbandoned) return;
    this.#toldAbandoned = true;
    warn(`a lifecycle (${this.convention.title}) was let go without being settled`);
  }
}
