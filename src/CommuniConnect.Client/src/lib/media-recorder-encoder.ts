import { KEYFRAME_MS, type Encoder, type EncoderHooks, type EncoderSettings } from './encoder.js';
import { Scope } from './scope.js';

// Asking this often is what lowers the delay (a 50 ms timeslice costs 40 ms more).
const ASK_MS = 25;
// Timers of a hidden page run once a second; the recorder's own slicing is not slowed down and takes over then.
const SLICE_MS = 100;
// A recorder that never says it has stopped must not keep the member from ending the live.
const STOP_MS = 3000;

const types = ['video/webm;codecs=vp8,opus', 'video/webm;codecs=vp9,opus', 'video/webm', 'video/mp4'];

const CLOCK_MS = 1000;

/** The browser's own MediaRecorder, available everywhere. What it makes cannot be changed once it runs. */
export class MediaRecorderEncoder implements Encoder {
  readonly lightened = false;
  readonly hasRoom = false;
  readonly #recorder: MediaRecorder;
  readonly #scope = new Scope();
  // Blobs are read one after the other: reading is asynchronous and bytes must stay in order.
  #reading: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | null = null;

  constructor(
    stream: MediaStream,
    settings: EncoderSettings,
    private readonly hooks: EncoderHooks,
  ) {
    const mimeType = types.find((type) => MediaRecorder.isTypeSupported(type));
    const options = {
      ...(mimeType && { mimeType }),
      videoBitsPerSecond: settings.videoBitsPerSecond,
      audioBitsPerSecond: settings.audioBitsPerSecond,
      // Not in TypeScript's library yet; browsers without it ignore it.
      videoKeyFrameIntervalDuration: KEYFRAME_MS,
    };
    this.#recorder = new MediaRecorder(stream, options);
  }

  start(): void {
    this.#scope.listen<BlobEvent>(this.#recorder, 'dataavailable', (event) => this.#read(event.data));
    this.#scope.listen<Event & { error?: DOMException }>(this.#recorder, 'error', (event) =>
      this.hooks.onFault(event.error?.message ?? 'MediaRecorder'),
    );
    // Stopping without having been asked means that its tracks ended or changed under it.
    this.#scope.listen(this.#recorder, 'stop', () => {
      if (!this.#stopped) this.hooks.onFault('MediaRecorder stopped');
    });
    // Its timeline begins when it does, give or take a frame.
    this.#scope.listen(this.#recorder, 'start', () => {
      const startedAt = performance.now();
      this.#scope.interval(() => {
        const now = performance.now();
        this.hooks.onClock?.(now - startedAt, now);
      }, CLOCK_MS);
    });
    this.#recorder.start(SLICE_MS);
    this.#scope.interval(() => {
      if (this.#recorder.state === 'recording') this.#recorder.requestData();
    }, ASK_MS);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  requestKeyframe(): void {}

  follow(): void {}

  makeSmall(): void {}

  async #stop(): Promise<void> {
    if (this.#recorder.state !== 'inactive') {
      const stopped = new Promise<void>((resolve) => this.#scope.listen(this.#recorder, 'stop', () => resolve()));
      this.#recorder.stop();
      await Promise.race([stopped, this.#scope.sleep(STOP_MS)]);
    }
    await this.#reading;
    this.#scope.dispose();
  }

  #read(blob: Blob): void {
    if (blob.size === 0) return;
    const bytes = blob.arrayBuffer();
    this.#reading = this.#reading.then(async () => this.hooks.onBytes(new Uint8Array(await bytes)));
  }
}
