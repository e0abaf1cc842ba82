/** How many messages fall into each of the equally long pieces of a replay. */
export interface Density {
  readonly counts: readonly number[];
  /** Seconds of the whole. */
  readonly duration: number;
}

/** A stretch in which people wrote more than around it. */
export interface Peak {
  readonly seconds: number;
  readonly count: number;
}

/** A line under a slider needs no more points than pixels. */
export const MOST_PIECES = 200;
const MOST_PEAKS = 3;

/** Counts moments, in seconds; a piece is at least a second long. */
export function densityOf(moments: Iterable<readonly [seconds: number, count: number]>, duration: number): Density {
  const pieces = Math.max(1, Math.min(MOST_PIECES, Math.floor(duration)));
  const counts = new Array<number>(pieces).fill(0);
  for (const [seconds, count] of moments) {
    const piece = Math.floor((seconds / Math.max(duration, 1)) * pieces);
    counts[Math.min(Math.max(0, piece), pieces - 1)]! += count;
  }
  return { counts, duration };
}

/** The busiest pieces in the order of time, not two beside each other. */
export function peaksOf({ counts, duration }: Density): Peak[] {
  const busiest = counts.map((count, index) => ({ count, index })).filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  const chosen: typeof busiest = [];
  const apart = Math.max(1, Math.round(counts.length / 20));
  for (const each of busiest) {
    if (chosen.length === MOST_PEAKS) break;
    if (chosen.every(({ index }) => Math.abs(index - each.index) > apart)) chosen.push(each);
  }
  return chosen
    .sort((a, b) => a.index - b.index)
    .map(({ count, index }) => ({ count, seconds: (index / counts.length) * duration }));
}

/** What stands at a place of the line, 0 to 1. */
export function pieceAt({ counts, duration }: Density, place: number): Peak {
  const index = Math.min(counts.length - 1, Math.max(0, Math.floor(place * counts.length)));
  return { count: counts[index] ?? 0, seconds: Math.min(1, Math.max(0, place)) * duration };
}

/** The outline of an area in a box of 100 by 10: high where much was written, flat where nothing was. */
export function outlineOf({ counts }: Density): string {
  const most = Math.max(1, ...counts);
  const smooth = counts.map((count, index) => {
    const around = [counts[index - 1] ?? 0, count, counts[index + 1] ?? 0];
    return Math.max(count * 0.6, (around[0]! + 2 * around[1]! + around[2]!) / 4);
  });
  const step = 100 / counts.length;
  const round = (value: number) => Math.round(value * 100) / 100;
  // The root lets a single message still be seen beside a hundred.
  const points = smooth.map((count, index) => `L${round((index + 0.5) * step)} ${round(10 - 10 * Math.sqrt(Math.min(1, count / most)))}`);
  return `M0 10${points.join('')}L100 10Z`;
}
