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
/**
 * Browsers hand sound over in pieces of this length. As long as the line is moved by whole ones only, the encoder's frames end
 * where pieces end; else each would wait for the piece after it.
 */
const PIECE_MS = 10;
// More than this and another piece brings the line nearer; with less, what the clocks are uncertain by would have it go to and fro.
const APART_PIECES = 0.75;
// So little is hardly heard as another pitch, and wins back 30 ms a second.
const MOST_STRETCH = 0.03;
// Samples that a busy machine has lost do not come late: what comes after them is out of time from now on. A busy moment ends sooner than this.
const CLOCK_WINDOW_MS = 750;
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
  #clock = new ArrivalClock(CLOCK_WINDOW_MS);
  #begunMs: number | null = null;
  #received = 0;
  #written = 0;
  /** Samples by which the line is still to be stretched, or shortened where negative. */
  #owed = 0;
  readonly #pieceSamples: number;

  constructor(private readonly samplesPerSecond: number) {
    this.#pieceSamples = Math.round((samplesPerSecond * PIECE_MS) / 1000);
  }

  /** When the line begins, on the page's clock; null while it has not. */
  get begunMs(): number | null {
    return this.#begunMs;
  }

  /** Begins the line here, or with the first piece that begins after. */
  begin(atMs: number): void {
    this.#begunMs = atMs;
  }

  /** Takes a piece of so many samples that arrived now. Before the line has begun it is left out whole. */
  accept(samples: number, arrivedMs: number): Splice {
    this.#received += samples;
    // Samples are counted by the source's own clock; the end of a piece is what has just been heard.
    const endMs = this.#clock.place(this.#ms(this.#received), arrivedMs);
    if (this.#begunMs === null) return { silence: 0, skip: samples, stretch: 0 };
    if (this.#written === 0) return this.#first(endMs - this.#ms(samples), samples);
    const splice = this.#splice(this.#samples(endMs - this.#begunMs) - this.#written - samples, samples);
    this.#written += splice.silence + samples - splice.skip + splice.stretch;
    return splice;
  }

  /** Samples of silence that are missing now, because nothing has come for a while. */
  missing(nowMs: number): number {
    if (this.#begunMs === null) return 0;
    const lateMs = nowMs - this.#begunMs - this.#ms(this.#written);
    if (lateMs < LATEST_MS) return 0;
    // What comes next was not delayed by this hole: its clock is found anew.
    this.#clock = new ArrivalClock(CLOCK_WINDOW_MS);
    if (lateMs > LONGEST_SILENCE_MS) {
      this.#begunMs += lateMs;
      return 0;
    }
    const silence = this.#wholePieces(this.#samples(lateMs - TOLERANCE_MS));
    this.#written += silence;
    return silence;
  }

  /** The line begins with the first whole piece, behind as much silence as is missing before it. */
  #first(startMs: number, samples: number): Splice {
    const lateMs = startMs - this.#begunMs!;
    if (lateMs < 0) return { silence: 0, skip: samples, stretch: 0 };
    const silence = this.#wholePieces(this.#samples(lateMs));
    this.#begunMs = startMs - this.#ms(silence);
    this.#written = silence + samples;
    return { silence, skip: 0, stretch: 0 };
  }

  /** @param gap Samples that are missing before a piece of so many, or that are too many where negative. */
  #splice(gap: number, samples: number): Splice {
    const apart = gap - this.#owed;
    if (Math.abs(gap) > this.#samples(TOLERANCE_MS) && Math.abs(apart) >= this.#pieceSamples) {
      const whole = this.#wholePieces(Math.abs(apart));
      return apart > 0 ? { silence: whole, skip: 0, stretch: 0 } : { silence: 0, skip: Math.min(samples, whole), stretch: 0 };
    }
    if (Math.abs(apart) > APART_PIECES * this.#pieceSamples) this.#owed += Math.round(apart / this.#pieceSamples) * this.#pieceSamples;
    const most = Math.floor(samples * MOST_STRETCH);
    const stretch = Math.max(-most, Math.min(most, this.#owed));
    this.#owed -= stretch;
    return { silence: 0, skip: 0, stretch };
  }

  /** So many samples, without those that make no whole piece. */
  #wholePieces(samples: number): number {
    return samples - (samples % this.#pieceSamples);
  }

  #ms(samples: number): number {
    return (samples * 1000) / this.samplesPerSecond;
  }

  #samples(ms: number): number {
    return Math.round((ms * this.samplesPerSecond) / 1000);
  }
}
