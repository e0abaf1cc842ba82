import type { Encoder, EncoderHooks, EncoderSettings, Uplink } from './encoder.js';
import type { FromTake, ToTake } from './encoder-messages.js';
import type { EncoderWorker } from './encoder-worker.js';
import { Scope } from './scope.js';
import { smallBitsPerSecond } from './small-control.js';
import { UplinkControl, type PictureTarget } from './uplink-control.js';

/** Not in TypeScript's library yet. Spec: W3C mediacapture-transform. */
interface TrackProcessor {
  new (init: { track: MediaStreamTrack }): { readonly readable: ReadableStream };
}

const CLOCK_MS = 1000;
// A worker that never says it has stopped must not keep the member from ending the live.
const STOP_MS = 3000;
/** So many frames left out within LATE_MS, and the encoder has no room for more. */
const MOST_LATE = 4;
const LATE_MS = 3000;

/**
 * WebCodecs in a worker, where a busy page does not hold frames up and a hidden one does not slow timers down: the first
 * picture and the first sound of a stream become WebM, one frame at a time, and the picture follows the uplink.
 */
export class WebCodecsEncoder implements Encoder {
  readonly #scope = new Scope();
  readonly #control: UplinkControl;
  #port: MessagePort | null = null;
  #beganMs = 0;
  #madeBytes = 0;
  #clockMs = -Infinity;
  #target: PictureTarget;
  #stopped: Promise<void> | null = null;
  #late: { atMs: number; frames: number }[] = [];
  #smallRun = 0;

  constructor(
    private readonly stream: MediaStream,
    private readonly settings: EncoderSettings,
    private readonly hooks: EncoderHooks,
    private readonly worker: EncoderWorker,
  ) {
    this.#control = new UplinkControl(settings.videoBitsPerSecond, settings.audioBitsPerSecond);
    this.#target = this.#control.target;
  }

  /** True where the browser has all of it; which codecs there are shows at the start. */
  static get isSupported(): boolean {
    return 'VideoEncoder' in globalThis && 'AudioEncoder' in globalThis && 'MediaStreamTrackProcessor' in globalThis;
  }

  get lightened(): boolean {
    return this.#control.lightened;
  }

  get hasRoom(): boolean {
    const nowMs = performance.now();
    this.#late = this.#late.filter(({ atMs }) => nowMs - atMs < LATE_MS);
    const lateFrames = this.#late.reduce((sum, { frames }) => sum + frames, 0);
    return lateFrames < MOST_LATE && this.#control.isAtEase && !this.#stopped;
  }

  start(): void {
    const Processor = (globalThis as unknown as { MediaStreamTrackProcessor: TrackProcessor }).MediaStreamTrackProcessor;
    const readable = (track: MediaStreamTrack | undefined) => (track ? new Processor({ track }).readable : null);
    const video = readable(this.stream.getVideoTracks()[0]);
    const audio = readable(this.stream.getAudioTracks()[0]);
    this.#beganMs = performance.now();
    const port = this.worker.begin({
      video,
      audio,
      picture: this.#target,
      audioBitsPerSecond: this.settings.audioBitsPerSecond,
      beginsAtMs: performance.timeOrigin + this.#beganMs,
    }, [video, audio].filter((stream) => stream !== null));
    this.#port = port;
    this.#scope.onDispose(() => this.worker.end(port));
    this.#scope.listen<MessageEvent<FromTake>>(port, 'message', ({ data }) => this.#receive(data));
    this.#scope.listen(this.worker, 'broken', () => this.hooks.onFault('Worker'));
    port.start();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  requestKeyframe(): void {
    this.#tell({ type: 'keyframe' });
  }

  makeSmall(on: boolean): void {
    this.#smallRun++;
    this.#tell(on
      ? { type: 'small', run: this.#smallRun, bitsPerSecond: smallBitsPerSecond(this.settings.videoBitsPerSecond) }
      : { type: 'small-stop' });
  }

  follow(uplink: Uplink): void {
    const target = this.#control.follow(performance.now(), this.#madeBytes, uplink);
    const now = this.#target;
    if (target.bitsPerSecond === now.bitsPerSecond && target.framesPerSecond === now.framesPerSecond && target.scale === now.scale) return;
    this.#target = target;
    this.#tell({ type: 'picture', picture: target });
  }

  async #stop(): Promise<void> {
    this.hooks.onSmallBytes?.(null);
    if (this.#port) {
      const stopped = new Promise<void>((resolve) => {
        this.#scope.listen<MessageEvent<FromTake>>(this.#port!, 'message', ({ data }) => {
          if (data.type === 'stopped') resolve();
        });
        this.#scope.listen(this.worker, 'broken', () => resolve());
      });
      this.#tell({ type: 'stop' });
      await Promise.race([stopped, this.#scope.sleep(STOP_MS)]);
    }
    this.#scope.dispose();
  }

  #receive(message: FromTake): void {
    if (message.type === 'late') this.#late.push({ atMs: performance.now(), frames: message.frames });
    // What an earlier run still makes belongs to a connection that is closed.
    if (message.type === 'small' && message.run === this.#smallRun) this.hooks.onSmallBytes?.(message.bytes);
    if (message.type === 'fault') this.hooks.onFault(message.reason);
    if (message.type !== 'bytes') return;
    this.#madeBytes += message.bytes.length;
    this.hooks.onBytes(message.bytes);
    if (message.timeMs - this.#clockMs < CLOCK_MS) return;
    this.#clockMs = message.timeMs;
    // The take's timeline is the page's clock, counted from the take's beginning.
    this.hooks.onClock?.(message.timeMs, this.#beganMs + message.timeMs);
  }

  #tell(message: ToTake): void {
    this.#port?.postMessage(message);
  }
}
