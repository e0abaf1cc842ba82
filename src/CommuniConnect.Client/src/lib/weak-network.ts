/** So many times within the window the picture stood still, in whatever way it is played. */
const MOST_STALLS = 4;
const WINDOW_MS = 60_000;

/** Tells whether a network carries the live: by how often the picture stands still, and by what the browser knows of the link. */
export class WeakNetwork {
  #counted: { readonly of: object; readonly stalls: number } | null = null;
  #stalls: number[] = [];

  /** @param isSlow The browser says that little comes through. */
  constructor(private readonly isSlow: boolean) {}

  /**
   * To be asked again and again while playing.
   * @param playback What counts; another one begins anew.
   * @param stalls How often it has stood still until now.
   */
  isWeak(playback: object, stalls: number, nowMs: number): boolean {
    const before = this.#counted?.of === playback ? this.#counted.stalls : 0;
    this.#counted = { of: playback, stalls };
    const added = new Array<number>(Math.min(MOST_STALLS, Math.max(0, stalls - before))).fill(nowMs);
    this.#stalls = [...this.#stalls.filter((atMs) => nowMs - atMs < WINDOW_MS), ...added].slice(-MOST_STALLS);
    return this.isSlow || this.#stalls.length >= MOST_STALLS;
  }
}

/** Whether the browser takes the link for one that carries no video, where it says so. */
export function isSlowLink(): boolean {
  const { connection } = navigator as { connection?: { effectiveType?: string } };
  return connection?.effectiveType === '2g' || connection?.effectiveType === 'slow-2g';
}
