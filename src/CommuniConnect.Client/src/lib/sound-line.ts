import { ArrivalClock } from './arrival-clock.js';

/** What is to be done with a piece of sound so that the line stays whole and in time. */
export interface Splice {
  /** Samples of silence to put before it. */
  readonly silence: number;
  /** Samples to leave out at its beginning. */
  readonly skip: number;
  /** Samples by which the rest is to become longer, or shorter where negative, as a whole. */
  readonly stretch: number;
}

// Beyond this lips and voice have parted: better one click than seconds of it.
const TOLERANCE_MS = 60;
// What the clocks of two sources are uncertain by.
const EXACT_MS = 3;
// So little is not heard as another pitch, and wins back 20 ms a second.
const MOST_STRETCH = 0.02;
// A piece is this late before silence takes its place.
const LATEST_MS = 300;
// Looked for several times a second: so much at once means that the whole machine slept, and the picture has the same hole.
const LONGEST_SILENCE_MS = 10_000;

/**
 * Keeps the sound of a take unbroken and on the page's clock by counting samples: players stop where a sound ends, so a
 * microphone that pauses, stutters or goes away leaves silence, and one that runs fast, or was late when the line began, is
 * played a little faster.
 */
export class SoundLine {
  #clock = new ArrivalClock();
  #begunMs: number | null = null;
  #received = 0;
  #written = 0;

  constructor(private readonly samplesPerSecond: number) {}

  /** When the line begins, on the page's clock; null while it has not. */
  get begunMs(): number | null {
    return this.#begunMs;
  }

  /** Begins the line here. */
  begin(atMs: number): void {
    this.#begunMs = atMs;
  }

  /** Takes a piece of so many samples that arrived now. Before the line has begun it is left out whole. */
  accept(samples: number, arrivedMs: number): Splice {
    this.#received += samples;
    // Samples are counted by the source's own clock; the end of a piece is what has just been heard.
    const endMs = this.#clock.place(this.#ms(this.#received), arrivedMs);
    if (this.#begunMs === null) return { silence: 0, skip: samples, stretch: 0 };
    const lineMs = this.#begunMs + this.#ms(this.#written + samples);
    const splice = this.#splice(endMs - lineMs, samples);
    this.#written += splice.silence + samples - splice.skip + splice.stretch;
    return splice;
  }

  /** Samples of silence that are missing now, because nothing has come for a while. */
  missing(nowMs: number): number {
    if (this.#begunMs === null) return 0;
    const lateMs = nowMs - this.#begunMs - this.#ms(this.#written);
    if (lateMs < LATEST_MS) return 0;
    // What comes next was not delayed by this hole: its clock is found anew.
    this.#clock = new ArrivalClock();
    if (lateMs > LONGEST_SILENCE_MS) {
      this.#begunMs += lateMs;
      return 0;
    }
    const silence = this.#samples(lateMs - TOLERANCE_MS);
    this.#written += silence;
    return silence;
  }

  #splice(gapMs: number, samples: number): Splice {
    if (this.#written > 0 && Math.abs(gapMs) <= TOLERANCE_MS) {
      const most = Math.floor(samples * MOST_STRETCH);
      const wanted = Math.abs(gapMs) > EXACT_MS ? this.#samples(gapMs) : 0;
      return { silence: 0, skip: 0, stretch: Math.max(-most, Math.min(most, wanted)) };
    }
    if (gapMs >= 0) return { silence: this.#samples(gapMs), skip: 0, stretch: 0 };
    return { silence: 0, skip: Math.min(samples, this.#samples(-gapMs)), stretch: 0 };
  }

  #ms(samples: number): number {
    return (samples * 1000) / this.samplesPerSecond;
  }

  #samples(ms: number): number {
    return Math.round((ms * this.samplesPerSecond) / 1000);
  }
}
