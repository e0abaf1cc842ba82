import { EbmlSplitter } from './ebml-splitter.js';
import type { Range } from './live-edge.js';
import { MediaBuffer } from './media-buffer.js';
import type { Scope } from './scope.js';

/** Why one connection to a live is over. */
export type SessionEnd =
  /** The server ended the response: the live is over, or this server is going away. */
  | 'closed'
  /** The codecs changed: a new connection tells the new ones. */
  | 'changed'
  /** There is no such live on air. */
  | 'gone'
  /** The browser cannot play this kind of stream. */
  | 'unsupported'
  /** The link or the decoder broke. */
  | 'broken';

// Kept behind the playing position: enough for the decoder to restart at a keyframe, little enough for a phone.
const KEPT_SECONDS = 6;
const TRIM_ABOVE_SECONDS = 12;

/** One connection to a watch URL, from the request to the end of its bytes, played through one MediaSource. */
export class LiveSession {
  /** When bytes last arrived, on performance.now()'s clock. */
  lastBytesMs = performance.now();
  /** When the first bytes of this connection arrived, or null before that. */
  firstBytesMs: number | null = null;
  readonly #buffer: MediaBuffer;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly scope: Scope,
    /** The first bytes are about to be shown: a good moment to keep the last picture of the session before. */
    private readonly beforeSwap: () => void,
  ) {
    this.#buffer = new MediaBuffer(video, scope);
  }

  /** What can be played now, in seconds; empty before the first media. */
  get ranges(): Range[] {
    return this.#buffer.ranges;
  }

  /** Plays until the connection is over. */
  async run(url: string): Promise<SessionEnd> {
    try {
      const response = await fetch(url, { signal: this.scope.signal, cache: 'no-store', credentials: 'same-origin' });
      if (response.status === 404 || response.status === 410) return 'gone';
      if (!response.ok || !response.body) return 'broken';
      const type = response.headers.get('Content-Type') ?? '';
      if (!MediaBuffer.canPlay(type)) return 'unsupported';
      this.beforeSwap();
      await this.#buffer.open(type);
      return await this.#play(response.body);
    } catch {
      return 'broken';
    }
  }

  async #play(body: ReadableStream<Uint8Array>): Promise<SessionEnd> {
    const splitter = new EbmlSplitter();
    const reader = body.getReader();
    let documents = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'closed';
      this.lastBytesMs = performance.now();
      this.firstBytesMs ??= this.lastBytesMs;
      for (const piece of splitter.push(value)) {
        if (piece.startsDocument && ++documents > 1) {
          void reader.cancel();
          return 'changed';
        }
        await this.#append(piece.bytes);
      }
      if (splitter.fault !== null) return 'broken';
    }
  }

  async #append(bytes: Uint8Array): Promise<void> {
    await this.#buffer.append(bytes);
    const ranges = this.ranges;
    const first = ranges[0];
    const last = ranges.at(-1);
    if (!first || !last) return;
    this.#buffer.setSeekable(first[0], last[1]);
    // While paused the position stands still; then the newest instant decides, so that memory stays bounded.
    const from = Math.max(this.video.currentTime - KEPT_SECONDS, last[1] - 2 * TRIM_ABOVE_SECONDS);
    if (from - first[0] > TRIM_ABOVE_SECONDS - KEPT_SECONDS) await this.#buffer.removeUntil(from);
  }
}
