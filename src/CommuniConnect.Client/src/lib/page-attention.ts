import type { Scope } from './scope.js';

/** What a page is still used for: seen and heard, heard only, or neither. */
export type Attention = 'full' | 'sound' | 'none';

export interface AttentionHooks {
  /** Whether the picture is seen although the page is not. */
  isSeenElsewhere(): boolean;
  /** Whether its sound is heard, or would be if there were any now. */
  isHeard(): boolean;
  /**
   * The page is seen again, be it after a glance at another tab.
   * @param slept Whether its timers stood still meanwhile.
   */
  onReturn(slept: boolean): void;
  /** Somebody has come back, or nobody has been there for a while. */
  onChange(attention: Attention): void;
}

// A glance at another tab changes nothing, nor does a loudspeaker that comes back at once.
const HIDDEN_MS = 5000;
const ASLEEP_MS = 3000;

/** Notices when nobody sees a page, so that nobody pays for what is not seen. */
export class PageAttention {
  #now: Attention = 'full';
  #hiddenSinceMs: number | null = document.hidden ? performance.now() : null;
  #heardMs = -Infinity;
  #lookedMs = performance.now();
  #slept = false;

  constructor(scope: Scope, private readonly hooks: AttentionHooks) {
    scope.listen(document, 'visibilitychange', () => this.#turned());
  }

  get now(): Attention {
    return this.#now;
  }

  /** To be called a few times a second. */
  look(): void {
    this.#noticeSleep();
    const nowMs = performance.now();
    if (this.hooks.isHeard()) this.#heardMs = nowMs;
    if (this.#hiddenSinceMs === null || nowMs - this.#hiddenSinceMs < HIDDEN_MS || this.hooks.isSeenElsewhere()) return;
    this.#become(nowMs - this.#heardMs < HIDDEN_MS ? 'sound' : 'none');
  }

  #turned(): void {
    this.#hiddenSinceMs = document.hidden ? performance.now() : null;
    if (document.hidden) return;
    this.#noticeSleep();
    this.hooks.onReturn(this.#slept);
    this.#slept = false;
    this.#become('full');
  }

  #noticeSleep(): void {
    const nowMs = performance.now();
    if (nowMs - this.#lookedMs > ASLEEP_MS) this.#slept = true;
    this.#lookedMs = nowMs;
  }

  #become(attention: Attention): void {
    if (this.#now === attention) return;
    this.#now = attention;
    this.hooks.onChange(attention);
  }
}
