import { DecoderAnswers } from './decoder-answers.js';
import { h } from './dom.js';
import { chunkOf, type Packet } from './packet.js';
import { Scope } from './scope.js';
import type { WatchTrack } from './watch-socket.js';

export interface PictureHooks {
  /** The instant the sound is at, in seconds of the live; null when pictures are to be shown as they come. */
  soundTime(): number | null;
  /** A picture was put on screen. */
  onPainted(timeSeconds: number): void;
  /** The decoder broke, or does not keep up: what it is given next has to begin at a keyframe. */
  onFault(): void;
}

// A picture may be this much ahead of its sound: nobody sees it, and it is delay saved (lip-sync is lost beyond 45 ms, and what
// is due is shown up to a frame later).
const AHEAD_SECONDS = 0.045;
// Sound that is further away than this is not the sound of this picture.
const APART_SECONDS = 1;
// Decoders of phones stand still when all of their few pictures are out.
const MOST_WAITING = 16;
/** More than a second of pictures waiting to be decoded: a network that was silent sends all at once, or the decoder is slow. */
const MOST_QUEUED = 45;
// A decoder that keeps up has no more than these before it when the next picture comes.
const FEW_QUEUED = 2;
/** What came at once is decoded within this, or never caught up. */
const LONGEST_CATCHING_UP_MS = 1500;

/** The picture of a live: decoder and canvas. Shows each picture when its sound is heard, and never a broken one. */
export class PictureTrack {
  readonly canvas = h('canvas', { class: 'player-canvas' });
  /** Pictures put on screen. */
  painted = 0;
  readonly #scope = new Scope();
  readonly #surface = this.canvas.getContext('2d', { alpha: false, desynchronized: true });
  #decoder: VideoDecoder | null = null;
  #track: WatchTrack | null = null;
  #needsKeyframe = true;
  #waiting: VideoFrame[] = [];
  #drawing = false;
  #shownUs = -1;
  readonly #answers = new DecoderAnswers();
  /** When the decoder last had few before it. */
  #keptUpMs = 0;

  constructor(private readonly hooks: PictureHooks) {}

  /** Decodes this track from now on, or nothing: the last picture stays. */
  configure(track: WatchTrack | null): void {
    this.#track = track;
    this.#closeDecoder();
    this.#needsKeyframe = true;
    if (track) this.#openDecoder(track);
  }

  decode(packet: Packet): void {
    if (!this.#track || (this.#needsKeyframe && !packet.isKeyframe)) return;
    const nowMs = performance.now();
    if (this.#answers.areMissing(nowMs) || !this.#keepsUp(nowMs)) {
      this.#fail();
      return;
    }
    if (packet.isKeyframe && this.#isFull) this.#skip();
    this.#needsKeyframe = false;
    try {
      // One that has failed is closed: the next keyframe begins with another.
      if (!this.#decoder) this.#openDecoder(this.#track);
      this.#answers.ask(nowMs);
      this.#decoder?.decode(new EncodedVideoChunk(chunkOf(packet)));
    } catch {
      this.#fail();
    }
  }

  /** What follows belongs to another time. */
  clear(): void {
    this.#needsKeyframe = true;
    for (const frame of this.#waiting.splice(0)) frame.close();
  }

  close(): void {
    this.#scope.dispose();
    this.clear();
    this.#closeDecoder();
  }

  #openDecoder(track: WatchTrack): void {
    this.#decoder = new VideoDecoder({
      output: (frame) => this.#take(frame),
      error: () => this.#fail(),
    });
    this.#decoder.configure({ codec: track.codec, optimizeForLatency: true });
  }

  get #queued(): number {
    return this.#decoder?.decodeQueueSize ?? 0;
  }

  get #isFull(): boolean {
    return this.#queued > MOST_QUEUED;
  }

  /** Whether the decoder is as fast as the live. That much came at once is not its fault. */
  #keepsUp(nowMs: number): boolean {
    if (this.#queued <= FEW_QUEUED) this.#keptUpMs = nowMs;
    return !this.#isFull || nowMs - this.#keptUpMs <= LONGEST_CATCHING_UP_MS;
  }

  /** Lets go of what waits to be decoded, for a keyframe to begin anew. */
  #skip(): void {
    this.clear();
    this.#closeDecoder();
  }

  #fail(): void {
    if (this.#scope.signal.aborted) return;
    this.#skip();
    this.hooks.onFault();
  }

  #take(frame: VideoFrame): void {
    this.#answers.settle();
    // After a new beginning the group comes once more: what was seen is not shown again.
    if (this.#scope.signal.aborted || frame.timestamp <= this.#shownUs) {
      frame.close();
      return;
    }
    this.#waiting.push(frame);
    this.#paint();
  }

  /** Shows the newest picture that is due; those before it have had their time. */
  #paint(): void {
    const due = this.#due();
    if (due > 0) {
      const gone = this.#waiting.splice(0, due);
      const frame = gone.pop()!;
      for (const late of gone) late.close();
      this.#show(frame);
    }
    if (this.#waiting.length > 0 && !this.#drawing) {
      this.#drawing = true;
      const again = () => {
        this.#drawing = false;
        if (!this.#scope.signal.aborted) this.#paint();
      };
      // Nobody sees a hidden page, and its frames do not come.
      if (document.hidden) setTimeout(again, 30);
      else requestAnimationFrame(again);
    }
  }

  /** How many of those that wait are due. */
  #due(): number {
    const sound = this.hooks.soundTime();
    const { length } = this.#waiting;
    if (sound === null || length > MOST_WAITING) return length;
    let due = 0;
    for (const frame of this.#waiting) {
      const ahead = frame.timestamp / 1e6 - sound;
      if (ahead > AHEAD_SECONDS && ahead < APART_SECONDS) break;
      due++;
    }
    return due;
  }

  #show(frame: VideoFrame): void {
    const { canvas } = this;
    const { displayWidth, displayHeight } = frame;
    if (canvas.width !== displayWidth || canvas.height !== displayHeight) {
      canvas.width = displayWidth;
      canvas.height = displayHeight;
    }
    this.#surface?.drawImage(frame, 0, 0, displayWidth, displayHeight);
    this.#shownUs = frame.timestamp;
    frame.close();
    this.painted++;
    this.hooks.onPainted(this.#shownUs / 1e6);
  }

  #closeDecoder(): void {
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = null;
    this.#answers.settle();
  }
}
