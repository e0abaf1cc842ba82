/** A buffered stretch, in seconds of the media's clock. */
export type Range = readonly [start: number, end: number];

export interface EdgeInput {
  readonly currentTime: number;
  readonly ranges: readonly Range[];
  /** How far behind the newest buffered instant to stay, in seconds. */
  readonly target: number;
  /** Smoothed distance to the newest buffered instant, in seconds. */
  readonly behind: number;
  readonly rate: number;
}

export interface EdgeMove {
  /** Where to jump, or null to keep playing. */
  readonly seekTo: number | null;
  readonly rate: number;
}

/** Further behind than this is not caught up by playing faster: jump. */
export const JUMP_SECONDS = 2;
/** Fast enough to win back 100 ms in two seconds, slow enough not to be heard. */
export const CATCH_UP_RATE = 1.05;
// Faster starts above the first distance and stops below the second, so that the rate does not flutter.
const CATCH_UP_ABOVE = 0.12;
const CATCH_UP_UNTIL = 0.03;
// Closer than this to the end of a stretch the decoder has nothing left to show.
const STRETCH_END = 0.08;
/** Rounding of timestamps: a seek exactly to a stretch's start may land just before it. */
export const INSIDE = 0.001;

/** Decides what keeps a player at the live edge: nothing, a little faster, or a jump (also over holes in the stream). */
export function stayAtEdge(input: EdgeInput): EdgeMove {
  const { currentTime, ranges, target } = input;
  const last = ranges.at(-1);
  if (!last) return { seekTo: null, rate: 1 };
  const edge = Math.max(last[0] + INSIDE, last[1] - target);

  if (currentTime > last[1] + JUMP_SECONDS) return { seekTo: edge, rate: 1 };
  if (last[1] - currentTime > JUMP_SECONDS) return { seekTo: edge, rate: 1 };

  const beyond = overHole(currentTime, ranges);
  if (beyond !== null) return { seekTo: beyond, rate: 1 };

  const over = input.behind - target;
  const faster = over > CATCH_UP_ABOVE || (input.rate > 1 && over > CATCH_UP_UNTIL);
  return { seekTo: null, rate: faster ? CATCH_UP_RATE : 1 };
}

/** Where the next stretch begins for a position that has nothing more to show before it; null when it has, or there is none. */
export function overHole(currentTime: number, ranges: readonly Range[]): number | null {
  const here = ranges.findIndex(([start, end]) => currentTime >= start - INSIDE && currentTime <= end);
  const next = here === -1 ? ranges.find(([start]) => start > currentTime) : ranges[here + 1];
  if (!next || (here !== -1 && ranges[here]![1] - currentTime >= STRETCH_END)) return null;
  return Math.min(next[0] + INSIDE, next[1]);
}
