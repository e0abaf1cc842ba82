import { ArrivalClock } from './arrival-clock.js';
import { KEYFRAME_MS } from './encoder.js';
import type { StillPicture } from './still-picture.js';
import type { PictureTarget } from './uplink-control.js';
import type { VideoTrackHeader } from './webm-writer.js';

export interface PictureHooks {
  /** The first frame's time, before it is encoded. */
  onBegin(timeMs: number): void;
  onTrack(track: VideoTrackHeader): void;
  onFrame(timeMs: number, isKeyframe: boolean, bytes: Uint8Array): void;
  onFault(reason: string): void;
}

// VP8 first: in software it takes about half of what VP9 does, and few phones have an encoder of their own for either.
const codecs = [
  { codec: 'vp8', codecId: 'V_VP8' },
  { codec: 'vp09.00.31.08', codecId: 'V_VP9' },
] as const;

export type Codec = (typeof codecs)[number];

// Frames inside the encoder: one more would only be older when it leaves.
const MOST_QUEUED = 2;
// A source that shows nothing new for so long (a still screen) is shown again, so that viewers can join.
const STILL_MS = 500;
/** Of what a viewer's screen shows. */
const LARGEST_SIDE = 1920;
const SMALLEST_SIDE = 16;

/** The codec to encode the picture with, or null when the browser has none that WebM can carry. */
export async function chooseCodec(picture: PictureTarget): Promise<Codec | null> {
  for (const choice of codecs) {
    const { supported } = await VideoEncoder.isConfigSupported(config(choice, picture, 640, 360));
    if (supported) return choice;
  }
  return null;
}

export interface PictureOptions {
  /** Puts the frames on the take's clock. */
  readonly clock: ArrivalClock;
  readonly largestSide?: number;
}

/** Encodes one picture as it comes: a keyframe each second, as many frames and as large ones as the uplink carries. */
export class PictureEncoder {
  readonly #encoder: VideoEncoder;
  #size = { width: 0, height: 0 };
  #configured: PictureTarget | null = null;
  #lastMs = -Infinity;
  #nextMs = -Infinity;
  #keyMs = -Infinity;
  #askedMs = -Infinity;
  #keyAsked = false;
  #announced = false;
  /** Frames that were left out because those before were not encoded yet. */
  lateFrames = 0;

  constructor(
    private readonly codec: Codec,
    private picture: PictureTarget,
    private readonly hooks: PictureHooks,
    private readonly options: PictureOptions,
  ) {
    this.#encoder = new VideoEncoder({
      output: (chunk) => this.#output(chunk),
      error: (error) => hooks.onFault(error.message),
    });
  }

  /** What to make from the next frame on. */
  use(picture: PictureTarget): void {
    this.picture = picture;
  }

  /** Makes the next frame a keyframe, at most once a second. */
  requestKeyframe(nowMs: number): void {
    if (nowMs - this.#askedMs < KEYFRAME_MS) return;
    this.#askedMs = nowMs;
    this.#keyAsked = true;
  }

  /** Takes a frame that arrived now; it is the caller's to close. */
  add(frame: VideoFrame, nowMs: number): void {
    this.#encode(frame, this.options.clock.place(frame.timestamp / 1000, nowMs));
  }

  /** Shows the last picture again when nothing new has come for a while; to be called a few times a second. */
  fill(still: StillPicture, nowMs: number): void {
    if (nowMs - this.#lastMs < STILL_MS) return;
    const frame = still.frame();
    if (frame) this.#encode(frame, nowMs);
    frame?.close();
  }

  async finish(): Promise<void> {
    if (this.#encoder.state === 'configured') await this.#encoder.flush();
    this.close();
  }

  /** Ends at once, whatever is not encoded yet. */
  close(): void {
    if (this.#encoder.state !== 'closed') this.#encoder.close();
  }

  #encode(source: VideoFrame, atMs: number): void {
    const interval = 1000 / this.picture.framesPerSecond;
    // A quarter of a frame early is on time: cameras are not exact.
    if (atMs < this.#nextMs - interval / 4) return;
    if (this.#encoder.encodeQueueSize > MOST_QUEUED) {
      this.lateFrames++;
      return;
    }
    this.#nextMs = (atMs - this.#nextMs > interval ? atMs : this.#nextMs) + interval;
    const timeMs = Math.max(atMs, this.#lastMs + 1);
    if (this.#lastMs === -Infinity) this.hooks.onBegin(timeMs);
    this.#lastMs = timeMs;

    const resized = this.#configure(source);
    const keyFrame = resized || this.#keyAsked || timeMs - this.#keyMs >= KEYFRAME_MS - interval / 2;
    if (keyFrame) {
      this.#keyMs = timeMs;
      this.#keyAsked = false;
    }
    const frame = new VideoFrame(source, { timestamp: Math.round(timeMs * 1000) });
    this.#encoder.encode(frame, { keyFrame });
    frame.close();
  }

  /** Sets the encoder up for this frame and the present target; true when pictures get another size. */
  #configure(source: VideoFrame): boolean {
    const { width, height } = fit(source, this.picture.scale, this.options.largestSide ?? LARGEST_SIDE);
    const resized = width !== this.#size.width || height !== this.#size.height;
    if (!resized && this.picture === this.#configured) return false;
    this.#size = { width, height };
    this.#configured = this.picture;
    this.#encoder.configure(config(this.codec, this.picture, width, height));
    return resized;
  }

  #output(chunk: EncodedVideoChunk): void {
    if (!this.#announced) {
      this.#announced = true;
      this.hooks.onTrack({ kind: 'video', codecId: this.codec.codecId, ...this.#size });
    }
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    this.hooks.onFrame(chunk.timestamp / 1000, chunk.type === 'key', bytes);
  }
}

function config({ codec }: Codec, picture: PictureTarget, width: number, height: number): VideoEncoderConfig {
  return {
    codec,
    width,
    height,
    bitrate: picture.bitsPerSecond,
    framerate: picture.framesPerSecond,
    latencyMode: 'realtime',
    // Variable means several times as much for a restless picture, which the uplink would not carry.
    bitrateMode: 'constant',
  };
}

/** The size to encode: in proportion, even, and no larger than asked for. */
function fit(source: VideoFrame, scale: number, largestSide: number): { width: number; height: number } {
  const { displayWidth: width, displayHeight: height } = source;
  const factor = Math.min(scale, largestSide / Math.max(width, height));
  const even = (side: number) => Math.max(SMALLEST_SIDE, 2 * Math.round((side * factor) / 2));
  return { width: even(width), height: even(height) };
}
