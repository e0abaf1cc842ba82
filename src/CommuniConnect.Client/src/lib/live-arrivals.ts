import { ArrivalClock } from './arrival-clock.js';

// What this network takes at best, as seen lately.
const BEST_MS = 30_000;

/** Follows how what is new of a live arrives: how far it has come, and how much later than at best. */
export class LiveArrivals {
  #clock = new ArrivalClock(BEST_MS);
  #newestSeconds = 0;
  #lateMs = 0;

  /** The newest instant that has arrived, in seconds of the live. */
  get newestSeconds(): number {
    return this.#newestSeconds;
  }

  /** How much later than at best the newest packet came, in milliseconds. */
  get lateMs(): number {
    return this.#lateMs;
  }

  /** Another connection begins, over what may be another network. */
  reconnect(): void {
    this.#clock = new ArrivalClock(BEST_MS);
    this.#lateMs = 0;
  }

  /** A packet of that second of the live arrived at `nowMs` of the page's clock; one that is behind others tells nothing. */
  add(seconds: number, nowMs: number): void {
    if (seconds <= this.#newestSeconds) return;
    this.#newestSeconds = seconds;
    this.#lateMs = nowMs - this.#clock.place(seconds * 1000, nowMs);
  }
}
