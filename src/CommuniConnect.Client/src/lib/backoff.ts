/** Waits between attempts, in milliseconds: doubling, bounded, and never the same for everybody at once. */
export class Backoff {
  #attempt = 0;

  constructor(
    private readonly firstMs = 250,
    private readonly mostMs = 8000,
    private readonly random: () => number = Math.random,
  ) {}

  /** The next wait: between half and one and a half of a value that doubles up to the bound. */
  next(): number {
    const base = Math.min(this.mostMs, this.firstMs * 2 ** this.#attempt);
    this.#attempt++;
    return base * (0.5 + this.random());
  }

  /** The attempt succeeded: begin small again. */
  reset(): void {
    this.#attempt = 0;
  }
}
