/** The id of the request that a notification cancels; undefined where it cancels none. */
export function cancelledId(method: string, params: unknown): { readonly of: unknown } | undefined {
  if (!isObject(params)) return undefined;
  // Language Server Protocol 3.17, "Cancellation Support"
  if (method === '$/cancelRequest') return { of: params.id };
  // Agent Client Protocol 1, "Cancellation"; Model Context Protocol 2025-06-18, "Cancellation"
  return method === '$/cancel_request' || method === 'notifications/cancelled'
    ? { of: params.requestId }
    : undefined;
}

/** Whether it is what a message has to be. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
