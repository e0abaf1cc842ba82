/** Decoded sound: one array a channel, all of one length. */
export interface SoundChunk {
  /** On the live's timeline, in seconds. */
  readonly time: number;
  readonly channels: readonly Float32Array[];
}

// What is left when the next sound arrives: less is a gap on the next hiccup, more is delay.
const LEAST_MARGIN_SECONDS = 0.01;
const FIRST_MARGIN_SECONDS = 0.02;
const MOST_MARGIN_SECONDS = 0.5;
// A gap takes as much more margin as would have bridged it; every calm while gives a little of it back.
const LEAST_STEP_SECONDS = 0.01;
const MOST_STEP_SECONDS = 0.2;
const CALM_STEP_SECONDS = 0.005;
const CALM_SHARE = 0.15;
const CALM_SECONDS = 5;
// A page that begins has more to do than ever after: what was too little then is enough soon.
const BEGINNING_SECONDS = 20;
const BEGINNING_CALM_SHARE = 0.4;
/** Silence of this length is a stall; of more than a second, an interruption that no margin would have bridged. */
const STALL_SECONDS = 0.3;
const INTERRUPTION_SECONDS = 1;
// The margin is judged by the lowest level of so long.
const WINDOW_SECONDS = 1;
const SLACK_SECONDS = 0.005;
// 0.5 % is not heard as another pitch and wins back 5 ms a second, 3 % hardly is; what is far too much is skipped, which is heard once.
const LEAST_HASTE = 0.005;
const MOST_HASTE = 0.03;
const HASTE_PER_SECOND = 0.25;
const SLOWER = 0.99;
const SKIP_SECONDS = 0.25;
// A viewer who has just come is sent the group so far over a while: what piles up from it is skipped before anybody listens.
const FIRST_SECONDS = 1;
const FIRST_WINDOW_SECONDS = 0.1;
const MOST_SECONDS = 3;

/**
 * Keeps just enough sound ahead of the speaker for this network. Plays a little faster while more waits than was needed
 * lately and a little slower before there is too little, keeps more after every gap, and says which instant of the live is being played.
 */
export class JitterBuffer {
  /** How often it ran dry. */
  gaps = 0;
  /** How often that lasted long enough to be a nuisance. */
  stalls = 0;
  #chunks: SoundChunk[] = [];
  /** Next frame of the first chunk; between two frames while playing faster. */
  #at = 0;
  #margin = FIRST_MARGIN_SECONDS;
  #playing = false;
  /** Heard since it began; nothing before. */
  #heardFrames = 0;
  #rate = 1;
  #lowest = Infinity;
  #windowFrames = 0;
  #calmFrames = 0;
  /** Since it ran dry, until something comes; null while it is not dry. */
  #dryFrames: number | null = null;

  constructor(private readonly sampleRate: number) {}

  /** What waits to be played, in seconds. */
  get level(): number {
    let frames = -this.#at;
    for (const chunk of this.#chunks) frames += length(chunk);
    return Math.max(0, frames / this.sampleRate);
  }

  /** What it tries to have left whenever the next sound arrives, in seconds. */
  get margin(): number {
    return this.#margin;
  }

  /** The instant that is read next, in seconds of the live; null while nothing is played. */
  get time(): number | null {
    const first = this.#chunks[0];
    return first && this.#playing ? first.time + this.#at / this.sampleRate : null;
  }

  push(chunk: SoundChunk): void {
    if (length(chunk) === 0) return;
    this.#learn();
    this.#chunks.push(chunk);
    if (this.level > MOST_SECONDS) this.#skipTo(this.#margin);
  }

  /** What waits belongs to another time. */
  clear(): void {
    this.#chunks = [];
    this.#at = 0;
    this.#playing = false;
    this.#heardFrames = 0;
    this.#dryFrames = null;
  }

  /** Fills one block of output, with silence where there is nothing. */
  read(output: readonly Float32Array[]): void {
    const frames = output[0]?.length ?? 0;
    for (const channel of output) channel.fill(0);
    if (this.#dryFrames !== null) this.#dryFrames += frames;
    if (!this.#playing && !this.#start()) return;
    this.#judge(frames);
    for (let i = 0; i < frames; i++) {
      const first = this.#chunks[0];
      if (!first) {
        this.#ranDry();
        return;
      }
      this.#copy(first, output, i);
      this.#at += this.#rate;
      if (this.#at >= length(first)) {
        this.#at -= length(first);
        this.#chunks.shift();
      }
    }
  }

  #start(): boolean {
    const first = this.#chunks[0];
    // With the margin there has to be what one arrival brings, or the first wait for the next is a gap.
    if (!first || this.level < this.#margin + length(first) / this.sampleRate) return false;
    this.#playing = true;
    // A new viewer is sent the whole group so far: it is there to be decoded, not to be heard.
    if (this.#heardFrames === 0) this.#skipTo(this.#margin + length(first) / this.sampleRate);
    this.#lowest = Infinity;
    this.#windowFrames = 0;
    return true;
  }

  #judge(frames: number): void {
    this.#lowest = Math.min(this.#lowest, this.level);
    this.#windowFrames += frames;
    this.#calmFrames += frames;
    if (this.#calmFrames > CALM_SECONDS * this.sampleRate) {
      this.#calmFrames = 0;
      const share = this.#heardFrames < BEGINNING_SECONDS * this.sampleRate ? BEGINNING_CALM_SHARE : CALM_SHARE;
      this.#margin = Math.max(LEAST_MARGIN_SECONDS, this.#margin - Math.max(CALM_STEP_SECONDS, this.#margin * share));
    }
    this.#heardFrames += frames;
    const isFirst = this.#heardFrames < FIRST_SECONDS * this.sampleRate;
    if (this.#windowFrames < (isFirst ? FIRST_WINDOW_SECONDS : WINDOW_SECONDS) * this.sampleRate) return;
    const over = this.#lowest - this.#margin;
    if (over > (isFirst ? SLACK_SECONDS : SKIP_SECONDS)) this.#skip(over);
    if (over > SLACK_SECONDS || (this.#rate > 1 && over > 0)) this.#rate = 1 + Math.min(MOST_HASTE, Math.max(LEAST_HASTE, over * HASTE_PER_SECOND));
    else if (over < -this.#margin / 2 || (this.#rate < 1 && over < 0)) this.#rate = SLOWER;
    else this.#rate = 1;
    this.#lowest = Infinity;
    this.#windowFrames = 0;
  }

  #ranDry(): void {
    this.gaps++;
    this.#playing = false;
    this.#at = 0;
    this.#rate = 1;
    this.#calmFrames = 0;
    this.#dryFrames = 0;
  }

  /** What comes ends a gap, and how long it was says what would have bridged it. */
  #learn(): void {
    if (this.#dryFrames === null) return;
    const seconds = this.#dryFrames / this.sampleRate;
    this.#dryFrames = null;
    if (seconds > STALL_SECONDS) this.stalls++;
    if (seconds > INTERRUPTION_SECONDS) return;
    const step = Math.min(MOST_STEP_SECONDS, Math.max(LEAST_STEP_SECONDS, seconds));
    this.#margin = Math.min(MOST_MARGIN_SECONDS, this.#margin + step);
  }

  #skipTo(left: number): void {
    this.#skip(this.level - left);
  }

  #skip(seconds: number): void {
    let frames = Math.floor(seconds * this.sampleRate);
    while (frames > 0 && this.#chunks[0]) {
      const rest = length(this.#chunks[0]) - this.#at;
      if (frames < rest) {
        this.#at += frames;
        return;
      }
      frames -= rest;
      this.#chunks.shift();
      this.#at = 0;
    }
  }

  #copy(chunk: SoundChunk, output: readonly Float32Array[], i: number): void {
    const whole = Math.floor(this.#at);
    const part = this.#at - whole;
    for (let c = 0; c < output.length; c++) {
      // One channel is heard on both sides.
      const from = chunk.channels[Math.min(c, chunk.channels.length - 1)]!;
      const here = from[whole]!;
      const next = from[whole + 1] ?? here;
      output[c]![i] = here + (next - here) * part;
    }
  }
}

function length(chunk: SoundChunk): number {
  return chunk.channels[0]?.length ?? 0;
}
