interface Sample {
  readonly atMs: number;
  readonly lagMs: number;
}

/**
 * Puts a source's own timestamps on the page's clock. What a browser stamps on pictures and sounds counts from origins
 * of its own, and deliveries come late but never early: the smallest delay seen lately is taken for the true offset, so
 * that a busy moment moves nothing and two sources meet on one clock.
 */
export class ArrivalClock {
  /** Candidates for the smallest, each smaller than all that came after it. */
  readonly #samples: Sample[] = [];

  constructor(private readonly windowMs = 2000) {}

  /** Notes that what is stamped `sourceMs` arrived at `arrivedMs`; gives `sourceMs` on the page's clock. */
  place(sourceMs: number, arrivedMs: number): number {
    const lagMs = arrivedMs - sourceMs;
    while (this.#samples.length > 0 && this.#samples.at(-1)!.lagMs >= lagMs) this.#samples.pop();
    this.#samples.push({ atMs: arrivedMs, lagMs });
    while (this.#samples[0]!.atMs < arrivedMs - this.windowMs) this.#samples.shift();
    return sourceMs + this.#samples[0]!.lagMs;
  }
}
