import { OTHER } from './attributes.js';
import type { Convention } from './convention.js';
import type { ConnectionFacts, ConnectionOutcome } from './facts.js';

/** The exec server's connections: counts alone. */
export function execServerConnection(): Convention<ConnectionFacts, ConnectionOutcome> {
  return {
    title: 'exec-server connection',
    labels: [
      {
        name: 'transport',
        metric: 'transport',
        other: OTHER,
        of: (facts) => facts.transport,
      },
    ],
    admit: 'begin',
    metrics: {
      begun: {
        name: 'exec_server.connections',
        description: 'Connections that were accepted.',
        unit: '{connection}',
        labelled: true,
      },
      active: {
        name: 'exec_server.connections.active',
        description: 'Connections that are open.',
        unit: '{connection}',
        labelled: true,
      },
      attributes: [],
    },
  };
}
