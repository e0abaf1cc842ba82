import { ArrivalClock } from './arrival-clock.js';
import type { FromTake, TakeSetup, ToTake } from './encoder-messages.js';
import { chooseCodec, PictureEncoder, type Codec } from './picture-encoder.js';
import { Scope } from './scope.js';
import { SmallEncoder } from './small-encoder.js';
import { SoundEncoder } from './sound-encoder.js';
import { StillPicture } from './still-picture.js';
import { WebMWriter, type Frame, type TrackHeader } from './webm-writer.js';

const FILL_MS = 200;
const VIDEO = 0;
// A take whose tracks are not known after so many frames has one that never comes.
const MOST_HELD = 500;

/** One take inside the worker: frames and samples in, WebM out, each frame as soon as it is encoded. */
export class TakeEncoder {
  readonly #scope = new Scope();
  readonly #tracks: (TrackHeader | undefined)[] = [];
  readonly #readers: ReadableStreamDefaultReader<unknown>[] = [];
  readonly #clock = new ArrivalClock();
  readonly #still = new StillPicture();
  #codec: Codec | null = null;
  #picture: PictureEncoder | null = null;
  #small: SmallEncoder | null = null;
  #lateFrames = 0;
  #sound: SoundEncoder | null = null;
  #writer: WebMWriter | null = null;
  /** Encoded before all tracks were known. */
  #held: Frame[] = [];
  #running = 0;
  #over = false;

  constructor(
    private readonly setup: TakeSetup,
    private readonly emit: (message: FromTake) => void,
  ) {}

  async run(): Promise<void> {
    const { video, audio, picture, audioBitsPerSecond } = this.setup;
    const onFault = (reason: string) => this.#fail(reason);
    if (audio) {
      const index = video ? VIDEO + 1 : 0;
      this.#sound = new SoundEncoder(audioBitsPerSecond, {
        onTrack: (track) => this.#announce(index, track),
        onFrame: (timeMs, bytes) => this.#write({ track: index, timeMs, isKeyframe: true, bytes }),
        onFault,
      });
    }
    if (video) {
      const codec = await chooseCodec(picture);
      if (!codec) return this.#fail('No codec for WebM.');
      this.#codec = codec;
      this.#picture = new PictureEncoder(codec, picture, {
        onBegin: (timeMs) => this.#sound?.begin(timeMs),
        onTrack: (track) => this.#announce(VIDEO, track),
        onFrame: (timeMs, isKeyframe, bytes) => this.#write({ track: VIDEO, timeMs, isKeyframe, bytes }),
        onFault,
      }, { clock: this.#clock });
    }
    const { signal } = this.#scope;
    if (signal.aborted) return;
    if (video) void this.#pump(video, (frame) => this.#encode(frame));
    if (audio) {
      void this.#pump(audio, (data) => {
        if (!video) this.#sound!.begin(this.#now());
        this.#sound!.add(data, this.#now());
      });
    }
    this.#scope.interval(() => {
      this.#attempt(() => {
        this.#picture?.fill(this.#still, this.#now());
        this.#sound?.fill(this.#now());
        this.#small?.fill(this.#still, this.#now());
        this.#tellLate();
      });
    }, FILL_MS);
  }

  receive(message: ToTake): void {
    if (message.type === 'picture') this.#picture?.use(message.picture);
    else if (message.type === 'keyframe') this.#requestKeyframe();
    else if (message.type === 'small') this.#makeSmall(message.run, message.bitsPerSecond);
    else if (message.type === 'small-stop') this.#endSmall();
    else if (message.type === 'stop') void this.#stop();
  }

  async #stop(): Promise<void> {
    this.#release();
    try {
      await Promise.all([this.#picture?.finish(), this.#sound?.finish()]);
    } catch {
      // What the encoder could not finish is not in the take; all before it is.
    }
    this.#over = true;
    this.emit({ type: 'stopped' });
  }

  async #encode(frame: VideoFrame): Promise<void> {
    const nowMs = this.#now();
    try {
      // The large picture first: it is the one that is kept.
      this.#picture!.add(frame, nowMs);
      this.#small?.add(frame, nowMs);
      await this.#still.keep(frame);
    } finally {
      frame.close();
    }
  }

  #requestKeyframe(): void {
    this.#picture?.requestKeyframe(this.#now());
    this.#small?.requestKeyframe(this.#now());
  }

  #makeSmall(run: number, bitsPerSecond: number): void {
    this.#endSmall();
    if (!this.#codec || this.#scope.signal.aborted) return;
    this.#small = new SmallEncoder(this.#codec, bitsPerSecond, this.#clock, {
      onBytes: (bytes) => this.emit({ type: 'small', run, bytes }),
      onFault: () => this.emit({ type: 'small', run, bytes: null }),
    });
  }

  #endSmall(): void {
    this.#small?.close();
    this.#small = null;
  }

  #tellLate(): void {
    const late = (this.#picture?.lateFrames ?? 0) + (this.#small?.lateFrames ?? 0);
    if (late > this.#lateFrames) this.emit({ type: 'late', frames: late - this.#lateFrames });
    this.#lateFrames = late;
  }

  /** Milliseconds since the take began, by the page's clock. */
  #now(): number {
    return performance.timeOrigin + performance.now() - this.setup.beginsAtMs;
  }

  async #pump<T>(stream: ReadableStream<T>, take: (value: T) => void | Promise<void>): Promise<void> {
    const reader = stream.getReader();
    this.#readers.push(reader);
    this.#running++;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        if (this.#scope.signal.aborted) (value as { close(): void }).close();
        else await take(value);
      }
    } catch (error) {
      this.#fail(String(error));
    }
    // One source that ended is filled by its last frame or by silence; without any there is nothing more to say.
    if (--this.#running === 0) this.#fail('The sources have ended.');
  }

  #attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#fail(String(error));
    }
  }

  #announce(index: number, track: TrackHeader): void {
    this.#tracks[index] = track;
  }

  #write(frame: Frame): void {
    if (this.#writer) return this.#send(this.#writer.frame(frame), frame.timeMs);
    this.#held.push(frame);
    const expected = (this.setup.video ? 1 : 0) + (this.setup.audio ? 1 : 0);
    const tracks = this.#tracks.filter((track) => track !== undefined);
    if (tracks.length === expected) this.#begin(new WebMWriter(tracks));
    else if (this.#held.length > MOST_HELD) this.#fail('A track did not come.');
  }

  #begin(writer: WebMWriter): void {
    this.#writer = writer;
    this.#send(writer.header(), 0);
    // The first picture before the sound that belongs to it: that is where readers begin.
    this.#held.sort((a, b) => a.timeMs - b.timeMs || a.track - b.track);
    for (const frame of this.#held.splice(0)) this.#write(frame);
  }

  #send(bytes: Uint8Array<ArrayBuffer>, timeMs: number): void {
    if (!this.#over) this.emit({ type: 'bytes', bytes, timeMs });
  }

  #fail(reason: string): void {
    if (this.#over || this.#scope.signal.aborted) return;
    this.#release();
    this.emit({ type: 'fault', reason });
  }

  #release(): void {
    this.#endSmall();
    this.#scope.dispose();
    for (const reader of this.#readers) void reader.cancel().catch(() => {});
  }
}
