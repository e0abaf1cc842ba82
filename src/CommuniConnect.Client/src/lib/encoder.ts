/** What the sent picture should be. */
export interface EncoderSettings {
  readonly videoBitsPerSecond: number;
  readonly audioBitsPerSecond: number;
}

export interface EncoderHooks {
  /** The take's next bytes, in order. */
  onBytes(bytes: Uint8Array): void;
  /** The encoder broke down and will write no more. */
  onFault(reason: string): void;
  /**
   * About once a second: what stands at `mediaTimeMs` of the take's own WebM timeline was captured at `capturedAtMs` of
   * this page's `performance.now()`.
   */
  onClock?(mediaTimeMs: number, capturedAtMs: number): void;
  /** The next bytes of the small picture, a WebM stream of its own from its beginning on; null: it makes no more. */
  onSmallBytes?(bytes: Uint8Array<ArrayBuffer> | null): void;
}

/** How the connection of the take is doing. */
export interface Uplink {
  readonly connected: boolean;
  /** Bytes given to `onBytes` that the server has not called durable yet. */
  readonly waitingBytes: number;
}

/** Turns one MediaStream into one continuous WebM byte stream: a take. */
export interface Encoder {
  start(): void;
  /** Resolves after the last byte has gone to onBytes; safe to call again. */
  stop(): Promise<void>;
  /** Asks for a keyframe soon; obeyed at most once a second, and by encoders that can. */
  requestKeyframe(): void;
  /** To be told as bytes come, about ten times a second, so that an encoder that can makes fewer bytes before they pile up. */
  follow(uplink: Uplink): void;
  /** True while the picture is lighter than the settings say, because of the uplink. */
  readonly lightened: boolean;
  /** Whether encoder and uplink carry all that was asked for, so that there may be more; never in an encoder that makes no small picture. */
  readonly hasRoom: boolean;
  /** Makes the picture a second time, in small, or no longer. */
  makeSmall(on: boolean): void;
}

/** One second between keyframes: a viewer joins, and a lapped one resumes, at a keyframe. */
export const KEYFRAME_MS = 1000;
