import type { PictureTarget } from './uplink-control.js';

/** What the page tells the encoder's worker. */
export type ToWorker =
  | {
      readonly type: 'start';
      readonly video: ReadableStream<VideoFrame> | null;
      readonly audio: ReadableStream<AudioData> | null;
      readonly picture: PictureTarget;
      readonly audioBitsPerSecond: number;
      /** When the take's timeline begins, in milliseconds of Unix time as the page's clock tells it. */
      readonly beginsAtMs: number;
    }
  | { readonly type: 'picture'; readonly picture: PictureTarget }
  | { readonly type: 'keyframe' }
  | { readonly type: 'stop' };

/** What the encoder's worker tells the page. */
export type FromWorker =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer>; readonly timeMs: number }
  | { readonly type: 'fault'; readonly reason: string }
  | { readonly type: 'stopped' };
