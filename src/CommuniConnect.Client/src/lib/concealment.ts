// Voices repeat themselves within these, from the highest to the lowest.
const SHORTEST_PERIOD_SECONDS = 0.0025;
const LONGEST_PERIOD_SECONDS = 0.015;
// So much of the end is looked for further back.
const PATTERN_SECONDS = 0.01;
// Periods are looked for among every fourth sample, and then around the best: this runs on the sound thread.
const COARSE = 4;
// What is repeated for longer sounds like a machine.
const WHOLE_SECONDS = 0.01;
const FADING_SECONDS = 0.05;
// From one sound to another that does not follow from it.
const BLEND_SECONDS = 0.0025;
const CHANNELS = 2;

/**
 * Hides what is missing in a sound: its last period is repeated and fades away, as in ITU-T G.711 Appendix I. Hides as well where
 * something was left out or drawn out: by whole periods, and with a blend where one sound does not follow from the other.
 */
export class Concealment {
  /** What was heard last, one array a channel. */
  readonly #history: readonly Float32Array[];
  /** The period that is repeated, without a seam; empty while nothing is. */
  #loop: readonly Float32Array[] = [];
  /** From what was heard last to the beginning of the loop. */
  #steps: readonly number[] = [];
  #repeatedFrames = 0;
  /** What would have come, to be blended with what comes. */
  #tail: readonly Float32Array[] = [];
  #tailAt = 0;

  constructor(private readonly sampleRate: number) {
    this.#history = this.#blank(2 * LONGEST_PERIOD_SECONDS);
  }

  /** How much of so many frames can be left out so that it is hardly heard. */
  periodsIn(frames: number): number {
    return frames - (frames % this.#period(frames));
  }

  /** Begins to repeat what was heard, for as many of so many frames as are hardly heard: gives how many. */
  drawOut(frames: number): number {
    const period = this.#period(frames);
    this.#prepare(period);
    return frames - (frames % period);
  }

  /** Where what would have come is to be put for {@link leave}. */
  newTail(): Float32Array[] {
    return this.#blank(BLEND_SECONDS);
  }

  /** What comes now does not follow from what was heard; this would have. */
  leave(tail: readonly Float32Array[]): void {
    this.#tail = tail;
    this.#tailAt = 0;
  }

  /** What is in the output from one frame to another is to be heard now: makes it follow from what was heard before. */
  join(output: readonly Float32Array[], from: number, to: number): void {
    if (from === to) return;
    if (this.#loop.length > 0) {
      const tail = this.newTail();
      this.fill(tail, 0, tail[0]!.length);
      this.leave(tail);
      this.#loop = [];
    }
    this.#blend(output, from, to);
    for (const [c, history] of this.#history.entries()) {
      const heard = output[Math.min(c, output.length - 1)]!.subarray(Math.max(from, to - history.length), to);
      history.copyWithin(0, heard.length);
      history.set(heard, history.length - heard.length);
    }
  }

  /** Fills the output from one frame to another with what might have come. */
  fill(output: readonly Float32Array[], from: number, to: number): void {
    if (from === to) return;
    if (this.#loop.length === 0) this.#prepare(this.#period());
    // Long after the last sound there is nothing left to work out.
    if (this.#gain(this.#repeatedFrames) === 0) for (const channel of output) channel.fill(0, from, to);
    else this.#repeat(output, from, to);
    this.#repeatedFrames += to - from;
  }

  #repeat(output: readonly Float32Array[], from: number, to: number): void {
    for (const [c, channel] of output.entries()) {
      const loop = this.#loop[c]!;
      for (let i = from; i < to; i++) {
        const at = this.#repeatedFrames + i - from;
        const evened = this.#steps[c]! * Math.max(0, 1 - at / seamOf(loop.length));
        channel[i] = (loop[at % loop.length]! + evened) * this.#gain(at);
      }
    }
  }

  #gain(at: number): number {
    const fading = at / this.sampleRate - WHOLE_SECONDS;
    return Math.min(1, Math.max(0, 1 - fading / FADING_SECONDS));
  }

  #blend(output: readonly Float32Array[], from: number, to: number): void {
    const length = this.#tail[0]?.length ?? 0;
    const frames = Math.min(to - from, length - this.#tailAt);
    if (frames === 0) return;
    for (const [c, channel] of output.entries()) {
      const tail = this.#tail[c]!;
      for (let i = 0; i < frames; i++) {
        const share = (this.#tailAt + i) / length;
        channel[from + i] = channel[from + i]! * share + tail[this.#tailAt + i]! * (1 - share);
      }
    }
    this.#tailAt += frames;
  }

  #prepare(period: number): void {
    const seam = seamOf(period);
    this.#repeatedFrames = 0;
    this.#loop = this.#history.map((history) => {
      const begin = history.length - period;
      const loop = history.slice(begin);
      // Its end turns into what was before its beginning.
      for (let i = 0; i < seam; i++) {
        const at = period - seam + i;
        const share = (i + 1) / seam;
        loop[at] = loop[at]! * (1 - share) + history[begin - seam + i]! * share;
      }
      return loop;
    });
    this.#steps = this.#history.map((history) => history.at(-1)! - history.at(-1 - period)!);
  }

  /** After so many frames, and no more than these where that can be, what was heard last resembles itself most. */
  #period(most = Infinity): number {
    const shortest = this.#frames(SHORTEST_PERIOD_SECONDS);
    const longest = Math.min(most, this.#frames(LONGEST_PERIOD_SECONDS));
    const near = this.#bestPeriod(shortest, longest, COARSE);
    return this.#bestPeriod(Math.max(shortest, near - COARSE + 1), Math.min(longest, near + COARSE - 1), 1);
  }

  #bestPeriod(from: number, to: number, step: number): number {
    const samples = this.#history[0]!;
    const begin = samples.length - this.#frames(PATTERN_SECONDS);
    let best = from;
    let mostAlike = -Infinity;
    for (let period = from; period <= to; period += step) {
      let product = 0;
      let energy = 0;
      for (let i = begin; i < samples.length; i += step) {
        const before = samples[i - period]!;
        product += samples[i]! * before;
        energy += before * before;
      }
      const alike = product / Math.sqrt(energy + Number.EPSILON);
      if (alike <= mostAlike) continue;
      mostAlike = alike;
      best = period;
    }
    return best;
  }

  #blank(seconds: number): Float32Array[] {
    return Array.from({ length: CHANNELS }, () => new Float32Array(this.#frames(seconds)));
  }

  #frames(seconds: number): number {
    return Math.round(seconds * this.sampleRate);
  }
}

/** In how many frames one end of a period becomes the other. */
function seamOf(period: number): number {
  return Math.floor(period / 4);
}
