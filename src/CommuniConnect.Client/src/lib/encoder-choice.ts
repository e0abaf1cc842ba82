import type { Encoder, EncoderHooks, EncoderSettings, Uplink } from './encoder.js';
import { MediaRecorderEncoder } from './media-recorder-encoder.js';
import type { Scope } from './scope.js';
import { SpareWorker } from './spare-worker.js';
import { WebCodecsEncoder } from './web-codecs-encoder.js';

export type EncoderFactory = (stream: MediaStream, settings: EncoderSettings, hooks: EncoderHooks) => Encoder;

/** True when this browser can record a live at all. */
export const canEncode = typeof MediaRecorder !== 'undefined';

/**
 * Makes the best encoder the browser has, as long as the scope lives. Once WebCodecs broke down on this page, every take after
 * is MediaRecorder's.
 */
export function encoderFactory(scope: Scope): EncoderFactory {
  const spare = WebCodecsEncoder.isSupported ? new SpareWorker(scope) : null;
  let trusted = true;
  return (stream, settings, hooks) => {
    if (!spare || !trusted) return new MediaRecorderEncoder(stream, settings, hooks);
    return new TrustedEncoder(stream, settings, hooks, () => spare.take(), () => (trusted = false));
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
    takeWorker: () => Worker,
    distrust: () => void,
  ) {
    const replace = () => {
      void this.#encoder.stop();
      this.#encoder = new MediaRecorderEncoder(stream, settings, hooks);
      this.#encoder.start();
    };
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
        replace();
      },
      onNotLoaded: () => {
        if (!this.#stopping) replace();
      },
    }, takeWorker);
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
