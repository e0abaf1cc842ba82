import type { Uplink } from './encoder.js';

/** What to make of the picture now. */
export interface PictureTarget {
  readonly bitsPerSecond: number;
  readonly framesPerSecond: number;
  /** Of both sides. */
  readonly scale: number;
}

interface Sample {
  readonly atMs: number;
  readonly madeBytes: number;
  readonly durableBytes: number;
  /** How long ago the oldest byte that is not durable was made; infinite while nothing tells. */
  readonly lagMs: number;
}

/** Below this there is no picture worth watching, and sound matters more. */
export const FLOOR_BITS_PER_SECOND = 150_000;
const FULL_FRAMES = 30;

// Acknowledgements come five times a second: what waits through more than one of them is a queue (as in RFC 8289, CoDel).
const STANDING_MS = 300;
// The queue that makes the picture lighter, beyond what an acknowledgement takes on this link anyway.
const EXCESS_MS = 300;
// Before it comes to that, whatever else is sent stands back.
const STANDS_MS = 200;
// One that stands still, or shrinks, may be a hiccup of the radio or of the server's disk until it is this long.
const HICCUP_MS = 700;
// The delay of a link that carries everything: the smallest of the last while.
const BASE_MS = 60_000;
const MOST_BASE_MS = 3_000;
// Long enough that one acknowledgement more or less does not matter.
const RATE_MS = 1_200;
// Two acknowledgements that did not come.
const SILENT_MS = 600;
const MOST_FALL = 2;
// The encoder needs a moment to obey, and its bytes one to be acknowledged.
const SETTLE_MS = 400;
// Of what the link carries; the rest is for keyframes and for measuring wrongly.
const SHARE = 0.85;
// A queue is to be empty again this soon.
const DRAIN_SECONDS = 1;
const RAISE = 1.4;
// Around the rate at which a queue stood last, smaller steps; well above it, the link has become another.
const CAREFUL_RAISE = 1.15;
const FORGET = 1.25;
// Good for so long before a little more is tried; doubled each time it turns out to be too much.
const PATIENCE_MS = 3_000;
const MOST_PATIENCE_MS = 24_000;
// A fall so soon after a raise is the raise's fault.
const BLAME_MS = 6_000;
// Less than this changes nothing that could be seen.
const NOTICEABLE = 0.1;

/** Lighter pictures by the share of the full bitrate that is left: fewer frames first, then smaller ones. */
const ladder = [
  { share: 0.6, frames: FULL_FRAMES, scale: 1 },
  { share: 0.4, frames: 20, scale: 1 },
  { share: 0.25, frames: 15, scale: 1 },
  { share: 0.15, frames: 15, scale: 0.75 },
  { share: 0, frames: 15, scale: 0.5 },
] as const;

/**
 * Fits the picture's bitrate to what the uplink carries. A queue that stands shows what that is: the picture falls below it
 * at once, further while the queue empties, and comes back in small steps while there is none. Knows nothing but the
 * bytes made and those durable.
 */
export class UplinkControl {
  #samples: Sample[] = [];
  /** What the link is believed to carry, sound included; never more than is needed. */
  #capacity: number;
  /** What it carried when a queue stood last. */
  #ceiling = Infinity;
  #bits: number;
  #changedMs = -Infinity;
  #measuredMs = -Infinity;
  #raisedMs = -Infinity;
  #goodSinceMs: number | null = null;
  #patienceMs = PATIENCE_MS;
  #congested = false;
  #stalled = false;
  /** A queue has begun to stand. */
  #standing = false;

  constructor(
    private readonly fullBitsPerSecond: number,
    /** What the sound takes of the uplink. */
    private readonly soundBitsPerSecond: number,
  ) {
    this.#bits = fullBitsPerSecond;
    this.#capacity = this.#enough;
  }

  get lightened(): boolean {
    return this.#bits < this.fullBitsPerSecond * (1 - NOTICEABLE);
  }

  /** Whether the link carries the full picture, and nothing waits: what more there is to send, it may. */
  get isAtEase(): boolean {
    return this.#bits >= this.fullBitsPerSecond && !this.#standing;
  }

  get target(): PictureTarget {
    const share = this.#bits / this.fullBitsPerSecond;
    const step = ladder.find((candidate) => share >= candidate.share)!;
    return { bitsPerSecond: Math.round(this.#bits), framesPerSecond: step.frames, scale: step.scale };
  }

  /** Takes in how the uplink is doing; to be called as bytes are made, about ten times a second. `madeBytes` counts from the take's first. */
  follow(nowMs: number, madeBytes: number, uplink: Uplink): PictureTarget {
    const durableBytes = madeBytes - uplink.waitingBytes;
    // What waits for a connection, or for the first answer of one, says nothing about the link.
    const isTelling = uplink.connected && durableBytes > 0;
    const lagMs = isTelling ? this.#lag(nowMs, madeBytes, durableBytes) : Infinity;
    this.#samples.push({ atMs: nowMs, madeBytes, durableBytes, lagMs });
    while (this.#samples[0]!.atMs < nowMs - BASE_MS) this.#samples.shift();
    if (!isTelling) {
      this.#goodSinceMs = null;
      return this.target;
    }

    const baseMs = Math.min(MOST_BASE_MS, this.#smallestLag(BASE_MS));
    const excessMs = this.#smallestLag(STANDING_MS) - baseMs;
    this.#standing = excessMs > STANDS_MS;
    if (excessMs > EXCESS_MS) this.#measure(nowMs, excessMs);
    else if (excessMs < EXCESS_MS / 2) this.#hope(nowMs);
    const usualBits = (this.#capacity * (baseMs + STANDING_MS)) / 1000;
    const queueBits = this.#congested ? Math.max(0, uplink.waitingBytes * 8 - usualBits) : 0;
    this.#aim(nowMs, this.#capacity * SHARE - this.soundBitsPerSecond - queueBits / DRAIN_SECONDS);
    return this.target;
  }

  get #enough(): number {
    return (this.fullBitsPerSecond + this.soundBitsPerSecond) / SHARE;
  }

  #lag(nowMs: number, madeBytes: number, durableBytes: number): number {
    if (durableBytes >= madeBytes) return 0;
    const made = this.#samples.findLast((sample) => sample.madeBytes <= durableBytes) ?? this.#samples[0];
    return made ? nowMs - made.atMs : 0;
  }

  /** Over all of the last while: one sample after a page that stood still says how long it did, not what waits. */
  #smallestLag(windowMs: number): number {
    const fromMs = this.#samples.at(-1)!.atMs - windowMs;
    const from = this.#samples.findLastIndex((sample) => sample.atMs <= fromMs);
    return Math.min(...this.#samples.slice(Math.max(0, from)).map((sample) => sample.lagMs));
  }

  /** A queue stands: when it is none that goes by itself, what becomes durable is what the link carries. */
  #measure(nowMs: number, excessMs: number): void {
    if (nowMs - this.#measuredMs < SETTLE_MS) return;
    const now = this.#samples.at(-1)!;
    const before = this.#samples.findLast((sample) => sample.atMs <= nowMs - RATE_MS) ?? this.#samples[0]!;
    const rate = this.#durableRate();
    const isHiccup = rate === 0 || now.durableBytes - before.durableBytes >= now.madeBytes - before.madeBytes;
    if (isHiccup && !this.#congested && excessMs < HICCUP_MS) return;

    this.#congested = true;
    this.#measuredMs = nowMs;
    this.#goodSinceMs = null;
    if (nowMs - this.#raisedMs < BLAME_MS) this.#patienceMs = Math.min(MOST_PATIENCE_MS, this.#patienceMs * 2);
    this.#raisedMs = -Infinity;
    // One measurement is not believed too far; the next one follows soon.
    if (rate > 0) this.#capacity = this.#ceiling = Math.min(this.#enough, Math.max(rate, this.#capacity / MOST_FALL));
    // A stall measures nothing: half is a guess, once, so that a few seconds of it do not cost a minute of recovery.
    else if (!this.#stalled) this.#capacity /= MOST_FALL;
    this.#stalled = rate === 0;
  }

  /** Bits per second from one acknowledgement to another, or 0 when there was none lately. */
  #durableRate(): number {
    const acknowledged = this.#samples.filter((sample, i) => i > 0 && sample.durableBytes > this.#samples[i - 1]!.durableBytes);
    const last = acknowledged.at(-1);
    if (!last || last.atMs < this.#samples.at(-1)!.atMs - SILENT_MS) return 0;
    const first = acknowledged.findLast((sample) => sample.atMs <= last.atMs - RATE_MS) ?? acknowledged[0]!;
    return first === last ? 0 : ((last.durableBytes - first.durableBytes) * 8000) / (last.atMs - first.atMs);
  }

  /** Nothing piles up: after a while a little more is tried. */
  #hope(nowMs: number): void {
    this.#congested = false;
    this.#goodSinceMs ??= nowMs;
    if (nowMs - this.#goodSinceMs < this.#patienceMs) return;
    this.#goodSinceMs = nowMs;
    if (this.#capacity >= this.#enough) {
      this.#patienceMs = PATIENCE_MS;
      return;
    }
    // From what is sent now, which a floor may have kept above what was measured.
    const from = Math.max(this.#capacity, (this.#bits + this.soundBitsPerSecond) / SHARE);
    const isNear = from >= this.#ceiling && from < this.#ceiling * FORGET;
    if (from >= this.#ceiling * FORGET) this.#patienceMs = PATIENCE_MS;
    const to = from < this.#ceiling ? Math.min(from * RAISE, this.#ceiling) : from * (isNear ? CAREFUL_RAISE : RAISE);
    this.#capacity = Math.min(this.#enough, to);
    this.#raisedMs = nowMs;
  }

  #aim(nowMs: number, wanted: number): void {
    const floor = Math.min(FLOOR_BITS_PER_SECOND, this.fullBitsPerSecond);
    const bits = Math.max(floor, Math.min(this.fullBitsPerSecond, wanted));
    const isSmall = Math.abs(bits - this.#bits) < this.#bits * NOTICEABLE && bits !== this.fullBitsPerSecond;
    if (isSmall || nowMs - this.#changedMs < SETTLE_MS) return;
    if (bits !== this.#bits) this.#changedMs = nowMs;
    this.#bits = bits;
  }
}
