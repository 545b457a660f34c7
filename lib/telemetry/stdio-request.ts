import type { Context } from '@opentelemetry/api';
import type { RequestFacts } from '../conventions/facts.js';
import { claimStdio, isStdioRequest } from '../lifecycle/stdio-claim.js';
import { complain, tellOnce } from '../opentelemetry/diagnostics.js';

/** A request that is begun by hand, and was seen on stdin too, says who observes stdin. Never throws. */
export function claimStdioOf(facts: RequestFacts, context: Context): void {
  try {
    if (!isStdioRequest(context, facts)) return;
    claimStdio();
    tellOnce(
      'the first request on stdin is counted twice: by StdioInstrumentation, and by telemetry.request(). To have it counted ' +
        "once, say that stdin is yours before it is read: telemetry.connection({ transport: 'stdio' })",
    );
  } catch (error) {
    complain('comparing a request with stdin', error);
  }
}
