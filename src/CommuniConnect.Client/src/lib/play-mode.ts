/** What the viewer asks for. */
export type Wish = 'auto' | 'direct' | 'small' | 'comfort' | 'economy' | 'sound';
/** How the live is played. */
export type PlayMode = 'direct' | 'comfort' | 'economy' | 'sound';

/** In economy there is one picture in so many seconds. */
export const ECONOMY_SECONDS = 5;
/** So many stalls within the window, and this network is not one for Direct. */
const MOST_STALLS = 3;
const WINDOW_MS = 30_000;
// Each time Direct turned out to be too much, the next try waits twice as long.
const FIRST_CALM_MS = 60_000;
const LONGEST_CALM_MS = 15 * 60_000;

/** How long something is left alone: each time twice as long as the time before. */
class Rest {
  #untilMs = -Infinity;
  #nextMs = FIRST_CALM_MS;

  begin(nowMs: number): void {
    if (this.isOn(nowMs)) return; // it is told of again until something else plays
    this.#untilMs = nowMs + this.#nextMs;
    this.#nextMs = Math.min(LONGEST_CALM_MS, 2 * this.#nextMs);
  }

  isOn(nowMs: number): boolean {
    return nowMs < this.#untilMs;
  }
}

/** Chooses how a live is played: what the viewer wants, what the browser can, and what the network has shown. */
export class ModeChoice {
  #stalls: number[] = [];
  /** The network has shown to be too much for Direct. */
  readonly #calm = new Rest();
  /** Direct has shown not to work at all: for what is in between, or for a codec that another program may be without. */
  readonly #unfit = new Rest();

  constructor(
    private readonly canDirect: boolean,
    private readonly savesData: boolean,
    public wish: Wish = 'auto',
  ) {}

  /** Whether there is more than one way to play here now. */
  hasAny(nowMs: number): boolean {
    return this.canDirect && !this.#unfit.isOn(nowMs);
  }

  /** Whether no more is to be fetched than what is played. */
  get isEconomical(): boolean {
    return this.wish === 'auto' ? this.savesData : this.wish === 'economy' || this.wish === 'sound';
  }

  /** How to play now. */
  mode(nowMs: number): PlayMode {
    if (!this.hasAny(nowMs)) return 'comfort';
    switch (this.wish) {
      case 'auto':
        // Whoever has the browser save data is taken at their word.
        if (this.savesData) return 'sound';
        return this.#calm.isOn(nowMs) ? 'comfort' : 'direct';
      case 'small':
        return 'direct';
      default:
        return this.wish;
    }
  }

  /** Direct stood still for a moment. */
  stalled(nowMs: number): void {
    this.#stalls = [...this.#stalls.filter((atMs) => nowMs - atMs < WINDOW_MS), nowMs];
    if (this.#stalls.length < MOST_STALLS) return;
    this.#stalls = [];
    this.#calm.begin(nowMs);
  }

  /** Direct cannot play this live here. */
  unfit(nowMs: number): void {
    this.#unfit.begin(nowMs);
  }
}
