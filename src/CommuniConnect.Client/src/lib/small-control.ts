/** Troubles so soon after a beginning are its fault. */
const BLAME_MS = 60_000;
// Long enough that the large picture has found its rate.
const FIRST_CALM_MS = 3_000;
const GROWTH = 2;
const MOST_CALM_MS = 60_000;

/**
 * Says when there is room for the small picture: after a while without any trouble, and no longer than to the first one. The
 * next while is longer each time it was too much.
 */
export class SmallControl {
  #on = false;
  #calmMs = FIRST_CALM_MS;
  #calmSinceMs: number | null = null;
  #begunMs = 0;

  /** Whether to make it now; to be called a few times a second. `isCalm`: nothing waits, nothing is late. */
  follow(nowMs: number, isCalm: boolean): boolean {
    if (!isCalm) {
      if (this.#on) this.#calmMs = nowMs - this.#begunMs < BLAME_MS ? Math.min(MOST_CALM_MS, GROWTH * this.#calmMs) : FIRST_CALM_MS;
      this.#on = false;
      this.#calmSinceMs = null;
      return false;
    }
    this.#calmSinceMs ??= nowMs;
    if (!this.#on && nowMs - this.#calmSinceMs >= this.#calmMs) {
      this.#on = true;
      this.#begunMs = nowMs;
    }
    return this.#on;
  }
}

const MOST_SHARE = 0.2;
const MOST_BITS_PER_SECOND = 250_000;

/** What the small picture may take beside a large one of so many bits a second: never much of the uplink. */
export function smallBitsPerSecond(mainBitsPerSecond: number): number {
  return Math.round(Math.min(MOST_BITS_PER_SECOND, MOST_SHARE * mainBitsPerSecond));
}
