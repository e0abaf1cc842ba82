/** What stands still within this time of one another stands still for one reason. */
const TOGETHER_MS = 1000;

/** How often a live stood still: its picture, its sound or, most of the time, both. */
export class StallCount {
  #total = 0;
  #lastMs = -Infinity;

  get total(): number {
    return this.#total;
  }

  /** Notes that the picture or the sound stood still. Returns whether that had not been counted with the other. */
  add(nowMs: number): boolean {
    if (nowMs - this.#lastMs < TOGETHER_MS) return false;
    this.#lastMs = nowMs;
    this.#total++;
    return true;
  }
}
