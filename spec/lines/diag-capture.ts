import { diag } from '@opentelemetry/api';

/** Runs `work` with a diag logger that keeps what it is told at any level. */
export async function captureDiag(work: () => Promise<void> | void): Promise<string[]> {
  const told: string[] = [];
  const keep = (message: string, ...details: unknown[]) => {
    told.push([message, ...details].join(' '));
  };
  diag.setLogger(
    { error: keep, warn: keep, info: keep, debug: keep, verbose: keep },
    { suppressOverrideMessage: true },
  );
  told.length = 0;
  try {
    await work();
  } finally {
    diag.disable();
  }
  return told;
}
