/** One way to do the same piece of work. */
export interface Variant {
  readonly name: string;
  /** Does the work once. */
  readonly work: () => void;
  /** The variant that this one's ratio is taken to; absent for the ones that others are compared with. */
  readonly against?: string;
}

/** How often variants take turns, and how long each turn is. */
export interface Turns {
  /** How many rounds are measured; each variant has one turn a round. */
  readonly rounds: number;
  /** How many rounds run before anything is measured. */
  readonly warmup: number;
  /** How often a variant does its work in a turn. */
  readonly perTurn: number;
  /** How often it does so between two turns of the event loop, in which batch processors export. */
  readonly perTick: number;
}

/** Nanoseconds per piece of work of each variant, one figure a round. */
export type Timings = ReadonlyMap<string, readonly number[]>;

/**
 * Times variants alternately in one process: every round gives each a turn, in an order that rotates, so
 * that what the machine does meanwhile falls on all of them.
 *
 * The loop libraries (mitata 1.0, tinybench 6.2) measure one variant to its end before the next begins,
 * and don't let the event loop turn inside a sample, so that batch processors would drop what they can't
 * export: hence a loop of its own.
 */
export async function takeTurns(variants: readonly Variant[], turns: Turns): Promise<Timings> {
  const timings = new Map(variants.map(({ name }) => [name, [] as number[]]));
  for (let round = -turns.warmup; round < turns.rounds; round++) {
    for (let place = 0; place < variants.length; place++) {
      const variant = variants[(place + Math.max(round, 0)) % variants.length] as Variant;
      const nanos = await takeTurn(variant.work, turns);
      if (round >= 0) timings.get(variant.name)?.push(nanos);
    }
  }
  return timings;
}

async function takeTurn(work: () => void, { perTurn, perTick }: Turns): Promise<number> {
  await nextTick();
  const began = process.hrtime.bigint();
  for (let done = 0; done < perTurn; done += perTick) {
    const until = Math.min(perTick, perTurn - done);
    for (let i = 0; i < until; i++) work();
    await nextTick();
  }
  return Number(process.hrtime.bigint() - began) / perTurn;
}

/** Lets everything that waits for the event loop have its turn. */
export function nextTick(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
