import { Concealment } from './concealment.js';

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
const CALM_STEP_SECONDS = 0.0025;
const CALM_SHARE = 0.15;
const CALM_SECONDS = 5;
// A page that begins has more to do than ever after: what is too little then is enough soon, and its first gaps say little of the network.
const BEGINNING_SECONDS = 20;
const BEGINNING_CALM_SHARE = 0.4;
const FIRST_GAPS_SECONDS = 3;
const FIRST_GAPS = 2;
const FIRST_STEP_SECONDS = 0.02;
/** Silence of this length is a stall; of more than a second, an interruption that no margin would have bridged. */
const STALL_SECONDS = 0.3;
const INTERRUPTION_SECONDS = 1;
// What is missing no longer than this is bridged: the sound goes on where it would be by then, and nobody is later for it. That is for a
// hiccup, and all gaps it makes, after a calm while; for what comes more often there is the margin.
const LONGEST_BRIDGE_SECONDS = 0.06;
const HICCUP_SECONDS = 0.3;
// The margin is judged by the lowest level of so long.
const WINDOW_SECONDS = 1;
// What waits without need is left out in pieces that take no word away; what is far too much is skipped, which is heard once.
const SLACK_SECONDS = 0.005;
const MOST_LEFT_OUT_SECONDS = 0.03;
const LEFT_OUT_APART_SECONDS = 0.1;
const SKIP_SECONDS = 0.5;
// More at once sounds like a machine.
const MOST_DRAWN_OUT_SECONDS = 0.015;
// A viewer who has just come is sent the group so far over a while: what piles up from it is skipped before anybody listens.
const FIRST_SECONDS = 1;
const FIRST_WINDOW_SECONDS = 0.1;
const MOST_SECONDS = 3;

/**
 * Keeps just enough sound ahead of the speaker for this network. Leaves a little out while more waits than was needed lately
 * and draws it out before there is too little, keeps more after every gap, and says which instant of the live is being played.
 */
export class JitterBuffer {
  /** How often it ran dry. */
  gaps = 0;
  /** How often that lasted long enough to be a nuisance. */
  stalls = 0;
  readonly #concealment: Concealment;
  #chunks: SoundChunk[] = [];
  /** Next frame of the first chunk. */
  #at = 0;
  #margin = FIRST_MARGIN_SECONDS;
  #playing = false;
  /** Heard since it began; nothing before. */
  #heardFrames = 0;
  #lowest = Infinity;
  #wasLow = false;
  #windowFrames = 0;
  #calmFrames = 0;
  /** Frames to be left out. */
  #surplusFrames = 0;
  /** Frames to be made up before what is next. */
  #madeUpFrames = 0;
  /** The instant behind what was played last. */
  #playedTo = 0;
  /** Since it ran dry, until something comes; null while it is not dry. */
  #dryFrames: number | null = null;
  /** The instant at which it ran dry, while that is being bridged. */
  #bridgedFrom: number | null = null;
  /** Since a hiccup began. */
  #hiccupFrames = Infinity;

  constructor(private readonly sampleRate: number) {
    this.#concealment = new Concealment(sampleRate);
  }

  /** What waits to be played, in seconds. */
  get level(): number {
    return this.#seconds(this.#levelFrames);
  }

  /** What it tries to have left whenever the next sound arrives, in seconds. */
  get margin(): number {
    return this.#margin;
  }

  /** The instant that is heard next, in seconds of the live; null while nothing is played. */
  get time(): number | null {
    if (this.#bridgedFrom !== null) return this.#bridgedFrom + this.#drySeconds;
    const first = this.#chunks[0];
    return first && this.#playing ? first.time + this.#seconds(this.#at - this.#madeUpFrames) : null;
  }

  push(chunk: SoundChunk): void {
    if (length(chunk) === 0) return;
    this.#chunks.push(chunk);
    if (this.#bridgedFrom === null) this.#learn();
    else this.#land(this.#bridgedFrom + this.#drySeconds);
    if (this.level > MOST_SECONDS) this.#leaveOut(this.#levelFrames - this.#frames(this.#margin));
  }

  /** What waits belongs to another time. */
  clear(): void {
    this.#chunks = [];
    this.#at = 0;
    this.#playing = false;
    this.#heardFrames = 0;
    this.#dryFrames = null;
    this.#bridgedFrom = null;
  }

  /** Fills one block of output, with what might have come where there is nothing. */
  read(output: readonly Float32Array[]): void {
    const frames = output[0]?.length ?? 0;
    this.#hiccupFrames += frames;
    const { from, to } = this.#playing || this.#start() ? this.#play(output, frames) : { from: 0, to: 0 };
    this.#concealment.join(output, from, to);
    this.#concealment.fill(output, to, frames);
    if (this.#dryFrames === null) return;
    this.#dryFrames += frames - to;
    if (this.#drySeconds > LONGEST_BRIDGE_SECONDS) this.#bridgedFrom = null;
  }

  /** Plays what there is; gives where in the output that is. */
  #play(output: readonly Float32Array[], frames: number): { from: number; to: number } {
    this.#judge(frames);
    const from = Math.min(frames, this.#madeUpFrames);
    this.#concealment.fill(output, 0, from);
    this.#madeUpFrames -= from;
    const to = from + this.#copy(output, from, frames);
    this.#advance(to - from);
    if (to < frames) this.#ranDry();
    return { from, to };
  }

  #start(): boolean {
    const first = this.#chunks[0];
    if (!first) return false;
    // With the margin there has to be what one arrival brings, or the first wait for the next is a gap.
    const over = this.#levelFrames - this.#frames(this.#margin) - length(first);
    if (over < 0) return false;
    this.#begin();
    // A new viewer is sent the whole group so far: it is there to be decoded, not to be heard. And what came at once behind a
    // hiccup is not to make anybody later.
    if (this.#heardFrames === 0 || over < this.#frames(LONGEST_BRIDGE_SECONDS)) this.#advance(over);
    return true;
  }

  #begin(): void {
    this.#playing = true;
    this.#surplusFrames = 0;
    this.#madeUpFrames = 0;
    this.#beginWindow();
  }

  #beginWindow(): void {
    this.#lowest = Infinity;
    this.#windowFrames = 0;
  }

  #judge(frames: number): void {
    this.#lowest = Math.min(this.#lowest, this.level);
    this.#windowFrames += frames;
    this.#calmFrames += frames;
    this.#heardFrames += frames;
    if (this.#calmFrames > this.#frames(CALM_SECONDS)) this.#calm();
    const window = this.#seconds(this.#windowFrames);
    if (this.#surplusFrames > 0) {
      if (window >= LEFT_OUT_APART_SECONDS) this.#leaveOutSome();
      return;
    }
    const isFirst = this.#heardFrames < this.#frames(FIRST_SECONDS);
    if (window < (isFirst ? FIRST_WINDOW_SECONDS : WINDOW_SECONDS)) return;
    const over = this.#lowest - this.#margin;
    // Once is a hiccup, and those are bridged.
    const isLow = over < -this.#margin / 2;
    if (isLow && this.#wasLow) this.#madeUpFrames = this.#concealment.drawOut(this.#frames(Math.min(-over, MOST_DRAWN_OUT_SECONDS)));
    this.#wasLow = isLow;
    this.#beginWindow();
    if (over > (isFirst ? SLACK_SECONDS : SKIP_SECONDS)) this.#leaveOut(this.#frames(over));
    else if (over > SLACK_SECONDS) this.#surplusFrames = this.#frames(over);
  }

  #calm(): void {
    this.#calmFrames = 0;
    const share = this.#heardFrames < this.#frames(BEGINNING_SECONDS) ? BEGINNING_CALM_SHARE : CALM_SHARE;
    this.#margin = Math.max(LEAST_MARGIN_SECONDS, this.#margin - Math.max(CALM_STEP_SECONDS, this.#margin * share));
  }

  #leaveOutSome(): void {
    const over = Math.max(0, this.#frames(this.#lowest - this.#margin));
    const frames = this.#concealment.periodsIn(Math.min(this.#surplusFrames, over, this.#frames(MOST_LEFT_OUT_SECONDS)));
    if (frames > 0) this.#leaveOut(frames);
    this.#surplusFrames = frames > 0 ? this.#surplusFrames - frames : 0;
    this.#beginWindow();
  }

  #ranDry(): void {
    this.gaps++;
    this.#playing = false;
    this.#calmFrames = 0;
    this.#dryFrames = 0;
    if (this.#hiccupFrames > this.#frames(CALM_SECONDS)) this.#hiccupFrames = 0;
    this.#bridgedFrom = this.#hiccupFrames < this.#frames(HICCUP_SECONDS) ? this.#playedTo : null;
  }

  /** Has the sound go on at this instant if what has come reaches beyond it. */
  #land(at: number): void {
    while (this.#chunks[0] && this.#endOf(this.#chunks[0]) <= at) this.#chunks.shift();
    const first = this.#chunks[0];
    if (!first) return;
    this.#at = Math.max(0, this.#frames(at - first.time));
    this.#dryFrames = null;
    this.#bridgedFrom = null;
    this.#begin();
  }

  /** What comes ends a gap, and how long it was says what would have bridged it. */
  #learn(): void {
    if (this.#dryFrames === null) return;
    const seconds = this.#drySeconds;
    this.#dryFrames = null;
    if (seconds > STALL_SECONDS) this.stalls++;
    if (seconds > INTERRUPTION_SECONDS) return;
    const isFirst = this.gaps <= FIRST_GAPS && this.#heardFrames < this.#frames(FIRST_GAPS_SECONDS);
    const most = isFirst ? FIRST_STEP_SECONDS : MOST_STEP_SECONDS;
    const step = Math.min(most, Math.max(LEAST_STEP_SECONDS, seconds));
    this.#margin = Math.min(MOST_MARGIN_SECONDS, this.#margin + step);
  }

  /** Leaves out so many frames of what is to be heard next. */
  #leaveOut(frames: number): void {
    if (this.#playing) {
      const tail = this.#concealment.newTail();
      this.#copy(tail, 0, tail[0]!.length);
      this.#concealment.leave(tail);
    }
    this.#advance(frames);
  }

  /** Copies what is next into the output, between two of its frames; gives how many there were. */
  #copy(output: readonly Float32Array[], from: number, to: number): number {
    let done = from;
    let at = this.#at;
    for (const chunk of this.#chunks) {
      const frames = Math.min(to - done, length(chunk) - at);
      for (const [c, channel] of output.entries()) {
        // One channel is heard on both sides.
        const source = chunk.channels[Math.min(c, chunk.channels.length - 1)]!;
        channel.set(source.subarray(at, at + frames), done);
      }
      done += frames;
      at = 0;
      if (done === to) break;
    }
    return done - from;
  }

  #advance(frames: number): void {
    this.#at += frames;
    for (let first = this.#chunks[0]; first && this.#at >= length(first); first = this.#chunks[0]) {
      this.#at -= length(first);
      this.#playedTo = this.#endOf(first);
      this.#chunks.shift();
    }
    if (this.#chunks.length === 0) this.#at = 0;
  }

  get #levelFrames(): number {
    return this.#chunks.reduce((frames, chunk) => frames + length(chunk), 0) - this.#at;
  }

  get #drySeconds(): number {
    return this.#seconds(this.#dryFrames ?? 0);
  }

  #endOf(chunk: SoundChunk): number {
    return chunk.time + this.#seconds(length(chunk));
  }

  #frames(seconds: number): number {
    return Math.round(seconds * this.sampleRate);
  }

  #seconds(frames: number): number {
    return frames / this.sampleRate;
  }
}

function length(chunk: SoundChunk): number {
  return chunk.channels[0]?.length ?? 0;
}
