import fc from 'fast-check';

/** How long to look for something that breaks a promise, and from where. */
export interface Budget {
  readonly seconds: number;
  readonly seed: number;
}

const PROGRESS_MILLIS = 5_000;
const NO_END = 2 ** 31 - 1;

/**
 * Tries a promise with inputs that are generated until the time is over.
 * @throws Error that shows the smallest input that was found to break it
 */
export async function holds<Input>(
  promise: string,
  { seconds, seed }: Budget,
  inputs: fc.Arbitrary<Input>,
  keep: (input: Input) => Promise<void>,
): Promise<void> {
  let tried = 0;
  let last = Promise.resolve();
  const began = performance.now();
  const tell = (end: string) => {
    const took = Math.round((performance.now() - began) / 1000);
    process.stdout.write(`${promise}: ${tried} inputs in ${took} s${end}\n`);
  };
  const progress = setInterval(tell, PROGRESS_MILLIS, ' …');
  const property = fc.asyncProperty(inputs, async (input) => {
    tried++;
    last = keep(input);
    await last;
  });
  try {
    await fc.assert(property, {
      seed,
      numRuns: NO_END,
      maxSkipsPerRun: 0,
      interruptAfterTimeLimit: seconds * 1000,
      markInterruptAsFailure: false,
    });
    await last;
    tell('');
  } catch (error) {
    tell(', and one that breaks it');
    const { message, cause } = error as Error;
    throw new Error(`${message}\n${describe(cause)}`);
  } finally {
    clearInterval(progress);
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : '';
}
