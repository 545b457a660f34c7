import fc from 'fast-check';

/** How long to look for something that breaks a promise, and from where. */
export interface Budget {
  readonly seconds: number;
  readonly seed: number;
}

/** An input was found that breaks a promise; the message shows the smallest one. */
export class PromiseBroken extends Error {
  override readonly name = 'PromiseBroken';
  /** The seed with which it is found at once. */
  readonly seed: number;

  constructor(message: string, seed: number) {
    super(message);
    this.seed = seed;
  }
}

const PROGRESS_MILLIS = 5_000;
/** Inputs between two looks at the time. */
const INPUTS_A_SEED = 50;
/** The longest time in which what breaks a promise is made smaller. */
const SHRINK_MILLIS = 30_000;

/**
 * Tries a promise with inputs that are generated until the time is over.
 * @throws PromiseBroken
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
  const elapsed = () => (performance.now() - began) / 1000;
  const tell = (end: string) => {
    process.stdout.write(`${promise}: ${tried} inputs in ${elapsed().toFixed(0)} s${end}\n`);
  };
  const progress = setInterval(tell, PROGRESS_MILLIS, ' …');
  const property = fc.asyncProperty(inputs, async (input) => {
    tried++;
    last = keep(input);
    await last;
  });
  try {
    for (let next = seed; elapsed() < seconds; next++) {
      const details = await fc.check(property, {
        seed: next,
        numRuns: INPUTS_A_SEED,
        interruptAfterTimeLimit: SHRINK_MILLIS,
      });
      if (!details.failed) {
        await last;
        continue;
      }
      tell(', and one that breaks it');
      const shown = fc.stringify(details.counterexample?.[0]);
      throw new PromiseBroken(`${shown}\n${describe(details.errorInstance)}`, next);
    }
    tell('');
  } finally {
    clearInterval(progress);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
