import type { Encoder, EncoderHooks, EncoderSettings, Uplink } from './encoder.js';
import { EncoderWorker } from './encoder-worker.js';
import { MediaRecorderEncoder } from './media-recorder-encoder.js';
import type { Scope } from './scope.js';
import { WebCodecsEncoder } from './web-codecs-encoder.js';

export type EncoderFactory = (stream: MediaStream, settings: EncoderSettings, hooks: EncoderHooks) => Encoder;

/** True when this browser can record a live at all. */
export const canEncode = typeof MediaRecorder !== 'undefined';

/**
 * Makes the best encoder the browser has, as long as the scope lives; resolves as soon as it is at hand, or is not to be
 * waited for. Once WebCodecs broke down on this page, every take after is MediaRecorder's.
 */
export async function encoderFactory(scope: Scope): Promise<EncoderFactory> {
  const worker = WebCodecsEncoder.isSupported ? new EncoderWorker(scope) : null;
  await worker?.ready;
  let trusted = true;
  return (stream, settings, hooks) => {
    if (!trusted || !worker?.isReady) return new MediaRecorderEncoder(stream, settings, hooks);
    return new TrustedEncoder(stream, settings, hooks, worker, () => (trusted = false));
  };
}

/** WebCodecs until it fails: before its first byte MediaRecorder takes its place, and after it the next take is to be MediaRecorder's. */
class TrustedEncoder implements Encoder {
  #encoder: Encoder;
  #begun = false;
  #stopping = false;

  constructor(
    stream: MediaStream,
    settings: EncoderSettings,
    hooks: EncoderHooks,
    worker: EncoderWorker,
    distrust: () => void,
  ) {
    this.#encoder = new WebCodecsEncoder(stream, settings, {
      ...hooks,
      onBytes: (bytes) => {
        this.#begun = true;
        hooks.onBytes(bytes);
      },
      onFault: (reason) => {
        // Sources that ended are nobody's fault, and another encoder would have nothing to record either.
        const alive = stream.getTracks().some((track) => track.readyState === 'live');
        if (alive) distrust();
        if (this.#begun || this.#stopping || !alive) return hooks.onFault(reason);
        void this.#encoder.stop();
        this.#encoder = new MediaRecorderEncoder(stream, settings, hooks);
        this.#encoder.start();
      },
    }, worker);
  }

  get lightened(): boolean {
    return this.#encoder.lightened;
  }

  get hasRoom(): boolean {
    return this.#encoder.hasRoom;
  }

  makeSmall(on: boolean): void {
    this.#encoder.makeSmall(on);
  }

  start(): void {
    this.#encoder.start();
  }

  stop(): Promise<void> {
    this.#stopping = true;
    return this.#encoder.stop();
  }

  requestKeyframe(): void {
    this.#encoder.requestKeyframe();
  }

  follow(uplink: Uplink): void {
    this.#encoder.follow(uplink);
  }
}
