/** One way to do the same piece of work. */
export interface Variant {
  readonly name: string;
  /** Does the work once. */
  readonly work: () => void;
  /** Waits for what the work left to other threads; part of its time. */
  readonly drain?: () => Promise<void>;
  /** The variants that this one's ratio is taken to; absent for the ones that others are compared with. */
  readonly against?: string | readonly string[];
}

/** How often variants take turns, and how long each turn is. */
export interface Turns {
  /** How many rounds are measured; each gives one figure a variant. */
  readonly rounds: number;
  /** How many rounds run before anything is measured. */
  readonly warmup: number;
  /** How many turns each variant has in a round. */
  readonly turns: number;
  /** How often a variant does its work in a turn. */
  readonly perTurn: number;
}

/** Nanoseconds of processor time per piece of work of each variant, one figure a round. */
export type Timings = ReadonlyMap<string, readonly number[]>;

/**
 * Times variants alternately in one process: they take short turns in an order that rotates, so that what
 * the machine does meanwhile falls on all of them. Time is the process's processor time, collection of
 * garbage included: on a shared machine the wall clock also counts other programs.
 *
 * The loop libraries (mitata 1.0, tinybench 6.2) measure one variant to its end before the next begins,
 * and don't let the event loop turn inside a sample, so that batch processors would drop what they can't
 * export: hence a loop of its own.
 */
export async function takeTurns(
  variants: readonly Variant[],
  { rounds, warmup, turns, perTurn }: Turns,
): Promise<Timings> {
  const timings = new Map(variants.map(({ name }) => [name, [] as number[]]));
  for (let round = -warmup; round < rounds; round++) {
    const sums = new Map(variants.map(({ name }) => [name, 0]));
    for (let turn = 0; turn < turns; turn++) {
      for (let place = 0; place < variants.length; place++) {
        const variant = variants[(place + turn) % variants.length] as Variant;
        const nanos = await takeTurn(variant, perTurn);
        sums.set(variant.name, (sums.get(variant.name) ?? 0) + nanos);
      }
    }
    if (round < 0) continue;
    for (const [name, sum] of sums) timings.get(name)?.push(sum / turns / perTurn);
  }
  return timings;
}

/** Nanoseconds that some work takes, and what it leaves to the next turn of the event loop. */
async function takeTurn({ work, drain }: Variant, times: number): Promise<number> {
  await nextTick();
  const began = process.cpuUsage();
  for (let done = 0; done < times; done++) work();
  await nextTick();
  if (drain !== undefined) await drain();
  const { user, system } = process.cpuUsage(began);
  return (user + system) * 1_000;
}

/** Lets everything that waits for the event loop have its turn. */
export function nextTick(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
