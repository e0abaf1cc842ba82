/** More messages a second than this nobody can follow one by one. */
const FAST_PER_SECOND = 20;
/** Slower than this, it is over again: no flicker around one limit. */
const CALM_PER_SECOND = 12;
const WINDOW_MS = 1000;
/** While it is fast the list moves this often, so that one can read it and the page stays quick. */
const SLOW_TICK_MS = 500;

/** Tells from the rate of messages how often the list is to move. */
export class ChatRate {
  #arrivals: { atMs: number; count: number }[] = [];
  #fast = false;

  /** The list is drawn in larger steps now. */
  get fast(): boolean {
    return this.#fast;
  }

  /** Counts messages that came. */
  count(messages: number, nowMs: number): void {
    if (messages > 0) this.#arrivals.push({ atMs: nowMs, count: messages });
    this.#look(nowMs);
  }

  /** How long what has come may wait before it is drawn. */
  waitMs(nowMs: number): number {
    this.#look(nowMs);
    return this.#fast ? SLOW_TICK_MS : 0;
  }

  #look(nowMs: number): void {
    this.#arrivals = this.#arrivals.filter(({ atMs }) => nowMs - atMs < WINDOW_MS);
    const perSecond = this.#arrivals.reduce((sum, { count }) => sum + count, 0);
    this.#fast = perSecond > (this.#fast ? CALM_PER_SECOND : FAST_PER_SECOND);
  }
}
