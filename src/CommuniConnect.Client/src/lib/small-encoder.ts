import type { ArrivalClock } from './arrival-clock.js';
import { PictureEncoder, type Codec } from './picture-encoder.js';
import type { StillPicture } from './still-picture.js';
import { WebMWriter } from './webm-writer.js';

// Fewer pictures, each better to see.
const FRAMES_PER_SECOND = 15;
const LARGEST_SIDE = 640;

export interface SmallHooks {
  onBytes(bytes: Uint8Array<ArrayBuffer>): void;
  /** It broke down and makes no more. */
  onFault(): void;
}

/** Makes the picture of a take a second time, in small: frames in, one WebM stream out, by the clock of the take. */
export class SmallEncoder {
  readonly #picture: PictureEncoder;
  #writer: WebMWriter | null = null;
  #over = false;

  constructor(codec: Codec, bitsPerSecond: number, clock: ArrivalClock, hooks: SmallHooks) {
    const target = { bitsPerSecond, framesPerSecond: FRAMES_PER_SECOND, scale: 0.5 };
    this.#picture = new PictureEncoder(codec, target, {
      onBegin: () => {},
      onTrack: (track) => {
        this.#writer = new WebMWriter([track]);
        hooks.onBytes(this.#writer.header());
      },
      onFrame: (timeMs, isKeyframe, bytes) => {
        if (!this.#over) hooks.onBytes(this.#writer!.frame({ track: 0, timeMs, isKeyframe, bytes }));
      },
      onFault: () => {
        if (!this.#over) hooks.onFault();
        this.#over = true;
      },
    }, { clock, largestSide: LARGEST_SIDE });
  }

  /** Frames that were left out because those before were not done. */
  get lateFrames(): number {
    return this.#picture.lateFrames;
  }

  /** Takes a frame that arrived now; it is the caller's to close. */
  add(frame: VideoFrame, nowMs: number): void {
    if (!this.#over) this.#picture.add(frame, nowMs);
  }

  fill(still: StillPicture, nowMs: number): void {
    if (!this.#over) this.#picture.fill(still, nowMs);
  }

  requestKeyframe(nowMs: number): void {
    this.#picture.requestKeyframe(nowMs);
  }

  /** Ends at once: what is not encoded yet is of no use. */
  close(): void {
    this.#over = true;
    this.#picture.close();
  }
}
