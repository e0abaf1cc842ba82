import type { PictureTarget } from './uplink-control.js';

/** What a take is encoded from, and how. */
export interface TakeSetup {
  readonly video: ReadableStream<VideoFrame> | null;
  readonly audio: ReadableStream<AudioData> | null;
  readonly picture: PictureTarget;
  readonly audioBitsPerSecond: number;
  /** When the take's timeline begins, in milliseconds of Unix time as the page's clock tells it. */
  readonly beginsAtMs: number;
}

/** What the encoder's worker is given for each take. */
export interface Beginning {
  readonly setup: TakeSetup;
  /** Where the take is told of what follows, and tells of what it makes. */
  readonly port: MessagePort;
}

/** What the page tells a take. */
export type ToTake =
  | { readonly type: 'picture'; readonly picture: PictureTarget }
  | { readonly type: 'keyframe' }
  /** Begins the small picture, as the run of this number, or ends it. */
  | { readonly type: 'small'; readonly run: number; readonly bitsPerSecond: number }
  | { readonly type: 'small-stop' }
  | { readonly type: 'stop' };

/** What the encoder's worker tells the page as soon as takes can begin. */
export const LOADED = 'loaded';

/** What a take tells the page. */
export type FromTake =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer>; readonly timeMs: number }
  /** Of the small picture; null: it broke down. */
  | { readonly type: 'small'; readonly run: number; readonly bytes: Uint8Array<ArrayBuffer> | null }
  /** So many frames were left out lately, because those before were not encoded yet. */
  | { readonly type: 'late'; readonly frames: number }
  | { readonly type: 'fault'; readonly reason: string }
  | { readonly type: 'stopped' };
