/**
 * Over HTTP, the session's id, the port, the time of a request, and where among the others the line of the concurrent
 * GET stands differ from run to run.
 */
export function levelHttp(output: string): string {
  const lines = output
    .replace(/port \d+|127\.0\.0\.1:\d+|localhost:\d+/g, 'port')
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'id')
    .replace(/\b\d+ms\b/g, 'ms');
  return lines.split('\n').sort().join('\n');
}
