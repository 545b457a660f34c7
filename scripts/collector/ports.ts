import { once } from 'node:events';
import { createServer } from 'node:net';

/** Where a collector with one of our configurations listens, on 127.0.0.1. */
export interface CollectorPorts {
  /** OTLP over gRPC. */
  readonly grpc: number;
  /** OTLP over HTTP. */
  readonly http: number;
  /** The servers' metrics, at `/metrics`. */
  readonly prometheus: number;
  /** `health_check`. */
  readonly health: number;
  /** The collector's own metrics, at `/metrics`. */
  readonly telemetry: number;
}

// Below what Linux, macOS and Windows give to outgoing connections, so that a collector that is
// killed and started again finds its port still free.
const lowest = 18_000;
const highest = 32_000;

/** A port on 127.0.0.1 that nothing listens on. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) return port;
  }
}

/** Free ports for one collector. */
export async function findCollectorPorts(): Promise<CollectorPorts> {
  const ports = new Set<number>();
  while (ports.size < 5) ports.add(await findFreePort());
  const [grpc = 0, http = 0, prometheus = 0, health = 0, telemetry = 0] = ports;
  return { grpc, http, prometheus, health, telemetry };
}

/** The environment variables that put one of our configurations on these ports of 127.0.0.1. */
export function describePorts(ports: CollectorPorts): Record<string, string> {
  return {
    OTELCOL_HOST: '127.0.0.1',
    OTELCOL_GRPC_PORT: String(ports.grpc),
    OTELCOL_HTTP_PORT: String(ports.http),
    OTELCOL_PROMETHEUS_PORT: String(ports.prometheus),
    OTELCOL_HEALTH_PORT: String(ports.health),
    OTELCOL_TELEMETRY_PORT: String(ports.telemetry),
  };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
