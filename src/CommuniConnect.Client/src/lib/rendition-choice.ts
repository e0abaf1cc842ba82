import type { Rendition } from './watch-socket.js';

/** Stalls within STALLS_MS that make the large picture too much for this network. */
const MOST_STALLS = 2;
const STALLS_MS = 20_000;
// Later than usual by so much, at two looks in a row: what comes piles up on its way.
const LATE_MS = 700;
const LATE_LOOKS = 2;
// Each time the large picture turned out to be too much so soon, the next try waits twice as long.
const FIRST_CALM_MS = 20_000;
const LONGEST_CALM_MS = 10 * 60_000;
const BLAME_MS = 60_000;
// What was on its way before still has to come, at the pace of this network.
const SETTLE_MS = 10_000;

/** Chooses between the large and the small picture by what the network shows. */
export class RenditionChoice {
  #smallSinceMs = -Infinity;
  #smallUntilMs = -Infinity;
  #calmMs = FIRST_CALM_MS;
  #stalls: number[] = [];
  #lateLooks = 0;
  /** The viewer wants the small one whatever the network carries. */
  wantsSmall = false;

  /** What to be sent now. */
  rendition(nowMs: number): Rendition {
    return this.wantsSmall || nowMs < this.#smallUntilMs ? 'small' : 'main';
  }

  /** Packets come later than usual by `lateMs`; to be told twice a second. */
  look(nowMs: number, lateMs: number): void {
    this.#lateLooks = lateMs > LATE_MS ? this.#lateLooks + 1 : 0;
    if (this.#lateLooks >= LATE_LOOKS) this.weak(nowMs);
  }

  /** The server has moved the viewer on: it was too far behind. */
  jumped(nowMs: number): void {
    this.weak(nowMs);
  }

  /** Picture or sound stood still. True when the small picture is the answer to that, and not another way to play. */
  stalled(nowMs: number): boolean {
    if (this.rendition(nowMs) === 'small') {
      if (nowMs - this.#smallSinceMs < SETTLE_MS) return true;
      this.weak(nowMs);
      return false;
    }
    this.#stalls = [...this.#stalls.filter((atMs) => nowMs - atMs < STALLS_MS), nowMs];
    if (this.#stalls.length >= MOST_STALLS) this.weak(nowMs);
    return true;
  }

  /** This network does not carry the large picture now. */
  weak(nowMs: number): void {
    const isSmall = nowMs < this.#smallUntilMs;
    if (!isSmall) {
      const sinceMs = nowMs - this.#smallUntilMs;
      this.#calmMs = sinceMs < BLAME_MS ? Math.min(LONGEST_CALM_MS, 2 * this.#calmMs) : FIRST_CALM_MS;
      this.#smallSinceMs = nowMs;
    }
    this.#stalls = [];
    this.#lateLooks = 0;
    this.#smallUntilMs = nowMs + this.#calmMs;
  }
}
