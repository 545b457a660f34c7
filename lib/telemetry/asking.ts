import { injectMessage } from '../carriers/message.js';
import type { Carrier } from '../conventions/convention.js';
import { onAbort } from '../lifecycle/abort.js';
import type { Call } from '../lifecycle/call.js';
import { outcomeOfResponse, readOutcome } from '../lifecycle/request.js';
import type { AskOptions } from './options.js';

/**
 * Sends a call's message in its context, and settles it by the response, or by what sending or waiting threw.
 * @param standard where the message carries the trace context, where the options don't say
 * @returns what `send` gave
 * @throws what `send` threw or rejected with
 */
export async function askCall<M extends object, T>(
  call: Call,
  message: M,
  send: (message: M, call: Call) => T,
  options: AskOptions,
  standard: Carrier | undefined,
): Promise<Awaited<T>> {
  const { signal, outcome = outcomeOfResponse } = options;
  const listening = onAbort(signal, () => call.failed(signal?.reason));
  try {
    const carrying = carryingOf(message, call, options, standard);
    const response = await call.run(() => send(carrying, call));
    if (!call.settled) call.settle(readOutcome(outcome, response));
    return response;
  } catch (error) {
    call.failed(error);
    throw error;
  } finally {
    listening[Symbol.dispose]();
  }
}

function carryingOf<M extends object>(
  message: M,
  call: Call,
  { propagate = true, baggage, carrier }: AskOptions,
  standard: Carrier | undefined,
): M {
  const to = carrier ?? standard;
  return propagate && to ? injectMessage(message, call.context, to, { baggage }) : message;
}
