import { EbmlSplitter } from './ebml-splitter.js';
import type { Range } from './live-edge.js';
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
const OPEN_MS = 5000;

type MediaSourceType = typeof MediaSource;

/** MediaSource, or the managed kind an iPhone has instead; null where there is neither. */
function mediaSourceType(): MediaSourceType | null {
  const scope = globalThis as { MediaSource?: MediaSourceType; ManagedMediaSource?: MediaSourceType };
  return scope.MediaSource ?? scope.ManagedMediaSource ?? null;
}

/** One connection to a watch URL, from the request to the end of its bytes, played through one MediaSource. */
export class LiveSession {
  /** When bytes last arrived, on performance.now()'s clock. */
  lastBytesMs = performance.now();
  /** When the first bytes of this connection arrived, or null before that. */
  firstBytesMs: number | null = null;
  #buffer: SourceBuffer | null = null;
  #source: MediaSource | null = null;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly scope: Scope,
    /** The first bytes are about to be shown: a good moment to keep the last picture of the session before. */
    private readonly beforeSwap: () => void,
  ) {}

  /** What can be played now, in seconds; empty before the first media. */
  get ranges(): Range[] {
    const ranges: Range[] = [];
    try {
      const buffered = this.#buffer?.buffered;
      for (let i = 0; buffered && i < buffered.length; i++) ranges.push([buffered.start(i), buffered.end(i)]);
    } catch {
      // A buffer taken from its MediaSource (the video broke down) has no ranges any more.
    }
    return ranges;
  }

  /** Plays until the connection is over. */
  async run(url: string): Promise<SessionEnd> {
    try {
      const response = await fetch(url, { signal: this.scope.signal, cache: 'no-store', credentials: 'same-origin' });
      if (response.status === 404 || response.status === 410) return 'gone';
      if (!response.ok || !response.body) return 'broken';
      const type = response.headers.get('Content-Type') ?? '';
      if (!mediaSourceType()?.isTypeSupported(type)) return 'unsupported';
      this.beforeSwap();
      await this.#attach(type);
      return await this.#play(response.body);
    } catch {
      return 'broken';
    }
  }

  async #attach(type: string): Promise<void> {
    const source = new (mediaSourceType()!)();
    this.#source = source;
    // A ManagedMediaSource only opens where playing on another screen is ruled out.
    this.video.disableRemotePlayback = true;
    const address = URL.createObjectURL(source);
    this.scope.onDispose(() => URL.revokeObjectURL(address));
    const opened = new Promise<boolean>((resolve) => {
      this.scope.listen(source, 'sourceopen', () => resolve(true), { once: true });
      void this.scope.sleep(OPEN_MS).then(() => resolve(false));
    });
    this.video.src = address;
    if (!(await opened)) throw new Error('MediaSource did not open');
    source.duration = Infinity;
    this.#buffer = source.addSourceBuffer(type);
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
    try {
      await this.#change((buffer) => buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>));
    } catch (error) {
      if ((error as DOMException).name !== 'QuotaExceededError') throw error;
      // Full: give up what has been seen, down to the last second, and try once more.
      await this.#remove(this.video.currentTime - 1);
      await this.#change((buffer) => buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>));
    }
    const ranges = this.ranges;
    const first = ranges[0];
    const last = ranges.at(-1);
    if (!first || !last) return;
    if (this.#source?.readyState === 'open') this.#source.setLiveSeekableRange(first[0], last[1]);
    // While paused the position stands still; then the newest instant decides, so that memory stays bounded.
    const from = Math.max(this.video.currentTime - KEPT_SECONDS, last[1] - 2 * TRIM_ABOVE_SECONDS);
    if (from - first[0] > TRIM_ABOVE_SECONDS - KEPT_SECONDS) await this.#remove(from);
  }

  async #remove(until: number): Promise<void> {
    if (until > 0) await this.#change((buffer) => buffer.remove(0, until));
  }

  async #change(run: (buffer: SourceBuffer) => void): Promise<void> {
    const buffer = this.#buffer!;
    run(buffer);
    await new Promise<void>((resolve, reject) => {
      const over = this.scope.child();
      over.listen(buffer, 'updateend', () => {
        if (this.video.error) reject(this.video.error);
        else resolve();
        over.dispose();
      });
      // Only the first answer counts: this one is heard when the session ends in the middle of an append.
      over.onDispose(() => reject(new Error('session over')));
    });
  }
}
