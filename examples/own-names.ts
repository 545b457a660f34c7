import { ExecTelemetry } from 'otel-exec';
import {
  type Convention,
  execServerRequest,
  type Field,
  type RequestFacts,
  type RequestOutcome,
} from 'otel-exec/conventions';
import './lines-on-stderr.js';

const base = execServerRequest({ namespace: 'acme' });

/** A field of one's own: read only when somebody wants the event. */
const region: Field<RequestFacts> = {
  name: 'cloud.region',
  type: 'string',
  brief: 'Where the server runs.',
  of: () => process.env.REGION ?? 'nowhere',
};

/** The exec server's names, of which the metric is renamed, a field is added and another dropped. */
const requests: Convention<RequestFacts, RequestOutcome> = {
  ...base,
  title: 'job request',
  ...(base.metrics?.duration && {
    metrics: {
      ...base.metrics,
      duration: { ...base.metrics.duration, name: 'acme.job.duration' },
    },
  }),
  ...(base.event && {
    event: {
      ...base.event,
      begun: [...base.event.begun, region],
      settled: base.event.settled.filter(({ name }) => name !== 'traceparent'),
    },
  }),
};

const telemetry = new ExecTelemetry({ conventions: { request: requests } });
await telemetry.serve({ id: 1, method: 'job/run' }, () => 'done');
