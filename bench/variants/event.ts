import { METHODS, REMOTE } from './message.js';

/** The logger's scope, and a line's target. */
export const TARGET = 'codex_exec_server::telemetry';

const NAME = 'codex.exec_server_request';
const BODY = 'exec-server request completed';

/** What stays the same from one request event to the next. */
export const EVENT = {
  spanContext: REMOTE,
  question: { eventName: NAME, severityNumber: 9 },
  record: { eventName: NAME, severityNumber: 9, severityText: 'INFO', body: BODY },
  body: BODY,
  name: NAME,
  members: 'duration_ms,event.name,message,method,request_id,result,traceparent',
} as const;

/** Makes the attributes of one request event after the other. */
export function eventOf() {
  let id = 0;
  return () => {
    id++;
    return {
      request_id: String(id),
      method: METHODS[id & 3] ?? METHODS[0],
      result: 'success',
      duration_ms: id & 1_023,
      traceparent: `00-${REMOTE.traceId}-${REMOTE.spanId}-01`,
    };
  };
}
