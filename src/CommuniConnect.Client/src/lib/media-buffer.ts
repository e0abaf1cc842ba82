import type { Range } from './live-edge.js';
import type { Scope } from './scope.js';

const OPEN_MS = 5000;

type MediaSourceType = typeof MediaSource;

/** MediaSource, or the managed kind an iPhone has instead; null where there is neither. */
function mediaSourceType(): MediaSourceType | null {
  const scope = globalThis as { MediaSource?: MediaSourceType; ManagedMediaSource?: MediaSourceType };
  return scope.MediaSource ?? scope.ManagedMediaSource ?? null;
}

/** What a video plays from: one MediaSource with one buffer, whose changes are made one after the other. Lives as long as its scope. */
export class MediaBuffer {
  #buffer: SourceBuffer | null = null;
  #source: MediaSource | null = null;
  #type = '';
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly scope: Scope,
  ) {}

  static canPlay(type: string): boolean {
    return mediaSourceType()?.isTypeSupported(type) ?? false;
  }

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

  /** Makes the video play from here. */
  async open(type: string): Promise<void> {
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
    this.#type = type;
  }

  /** Says where the video may be sent to: without a length it goes nowhere by itself. */
  setSeekable(from: number, to: number): void {
    if (this.#source?.readyState === 'open') this.#source.setLiveSeekableRange(from, to);
  }

  /**
   * Makes the buffer ready for a stream that begins anew, be it of other codecs.
   * @param empty Whether what is in it goes.
   */
  async restart(type: string, empty: boolean): Promise<void> {
    await this.#last.catch(() => {});
    const buffer = this.#buffer!;
    buffer.abort(); // what came of the stream before may end in the middle of a cluster
    if (empty) await this.#change(() => buffer.remove(0, Infinity));
    if (type !== this.#type) buffer.changeType(type);
    this.#type = type;
  }

  /** Adds bytes; when there is no more room, gives up what has been seen and tries once more. */
  async append(bytes: Uint8Array): Promise<void> {
    const buffer = this.#buffer!;
    const add = () => buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>);
    try {
      await this.#change(add);
    } catch (error) {
      if ((error as DOMException).name !== 'QuotaExceededError') throw error;
      await this.removeUntil(this.video.currentTime - 1);
      await this.#change(add);
    }
  }

  async removeUntil(seconds: number): Promise<void> {
    if (seconds > 0) await this.#change(() => this.#buffer!.remove(0, seconds));
  }

  #change(run: () => void): Promise<void> {
    const change = this.#last.catch(() => {}).then(() => this.#do(run));
    this.#last = change;
    return change;
  }

  async #do(run: () => void): Promise<void> {
    run();
    await new Promise<void>((resolve, reject) => {
      const over = this.scope.child();
      over.listen(this.#buffer!, 'updateend', () => {
        if (this.video.error) reject(this.video.error);
        else resolve();
        over.dispose();
      });
      // Only the first answer counts: this one is heard when it ends in the middle of a change.
      over.onDispose(() => reject(new Error('buffer over')));
    });
  }
}
