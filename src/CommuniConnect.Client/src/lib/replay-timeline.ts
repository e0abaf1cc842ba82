import type { ReplayPiece } from './live-api.js';

/** One file of a replay. */
export interface ReplayPart {
  readonly url: string;
  /** Seconds; 0 while unknown. */
  readonly duration: number;
}

/** Where an instant of the whole replay lies. */
export interface ReplayPlace {
  readonly part: number;
  /** Seconds from the part's beginning. */
  readonly offset: number;
}

/** The live's clock counts its last picture whole; where the live did not go on, nothing else tells how long that was. */
const LAST_PICTURE_SECONDS = 0.2;

/** Several files as one timeline, in seconds. */
export class ReplayTimeline {
  readonly #durations: number[];

  constructor(
    readonly parts: readonly ReplayPart[],
    /** In order of their start. */
    private readonly pieces: readonly ReplayPiece[] = [],
  ) {
    this.#durations = parts.map((part) => Math.max(0, part.duration));
  }

  get duration(): number {
    return this.#durations.reduce((sum, each) => sum + each, 0);
  }

  /** The file itself knows its length best. */
  correct(part: number, duration: number): void {
    if (Number.isFinite(duration) && duration > 0 && part in this.#durations) this.#durations[part] = duration;
  }

  /** When this part begins. */
  startOf(part: number): number {
    return this.#durations.slice(0, part).reduce((sum, each) => sum + each, 0);
  }

  /** The part and offset of an instant, bounded to the timeline. */
  placeOf(seconds: number): ReplayPlace {
    let left = Math.min(Math.max(0, seconds), this.duration);
    const last = this.#durations.length - 1;
    for (let part = 0; part < last; part++) {
      if (left < this.#durations[part]!) return { part, offset: left };
      left -= this.#durations[part]!;
    }
    return { part: Math.max(0, last), offset: left };
  }

  /**
   * What the live's clock, that of its chat, showed at an instant. It stands still where the replay has what the live missed:
   * at what it showed when the live went on, so that what was said meanwhile stands at the cut.
   */
  liveSecondsOf(seconds: number): number {
    let live = this.pieces.length > 0 ? 0 : seconds;
    for (const [index, { start, live_start }] of this.pieces.entries()) {
      if (start > seconds) break;
      const end = this.pieces[index + 1]?.start ?? Infinity;
      if (live_start !== null) live = live_start + Math.min(seconds, end) - start;
      else live = Math.max(live, this.#liveStartAfter(index) ?? live + LAST_PICTURE_SECONDS);
    }
    return live;
  }

  #liveStartAfter(index: number): number | null {
    return this.pieces.slice(index).find(({ live_start }) => live_start !== null)?.live_start ?? null;
  }

  /** Where the replay shows an instant of the live: the inverse of {@link liveSecondsOf}. */
  secondsOfLive(live: number): number {
    let seconds = live;
    for (const [index, { start, live_start }] of this.pieces.entries()) {
      if (live_start === null || live_start > live) continue;
      const end = this.pieces[index + 1]?.start ?? Infinity;
      seconds = Math.min(start + live - live_start, end);
    }
    return seconds;
  }
}
