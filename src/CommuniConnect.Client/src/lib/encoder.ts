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
}

/** Turns one MediaStream into one continuous WebM byte stream: a take. */
export interface Encoder {
  start(): void;
  /** Resolves after the last byte has gone to onBytes; safe to call again. */
  stop(): Promise<void>;
}

/** One second between keyframes: a viewer joins, and a lapped one resumes, at a keyframe. */
export const KEYFRAME_MS = 1000;
