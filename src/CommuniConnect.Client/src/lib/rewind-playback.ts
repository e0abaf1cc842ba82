import { Backoff } from './backoff.js';
import { h } from './dom.js';
import { EbmlSplitter } from './ebml-splitter.js';
import { INSIDE, overHole } from './live-edge.js';
import { MediaBuffer } from './media-buffer.js';
import type { LiveSource, Playback, PlayerState, PlayerStats } from './playback.js';
import { Scope } from './scope.js';
import { startVideo } from './start-video.js';

const LOOK_MS = 100;
/** Media fetched ahead of the picture; what is further stays on the server until it is wanted. */
const AHEAD_SECONDS = 30;
const KEPT_SECONDS = 30;
const TRIM_ABOVE_SECONDS = 45;
/** A slider being dragged asks for another place no sooner than this after the last. */
const BETWEEN_SEEKS_MS = 150;
const BROKEN_MS = 1000;
// Behind the end of a stretch the next part has begun; the recording gives the keyframe before what is asked for.
const NEXT_PART_SECONDS = 0.5;
const FARTHEST_SEEKABLE_SECONDS = 1e9;

/** How one response ended. */
type FetchEnd = 'closed' | 'changed' | 'unsupported' | 'broken';

/** Plays a running live from an earlier moment on, out of the recording that is being written, through Media Source Extensions. */
export class RewindPlayback extends EventTarget implements Playback {
  readonly video = h('video', { playsinline: true });
  readonly element = h('div', { class: 'player-picture' }, this.video);
  readonly #scope = new Scope();
  #buffer: MediaBuffer | null = null;
  #fetching: Scope | null = null;
  #fetchedMs = -Infinity;
  #waitsToFetch = false;
  /** What is in the buffer is of the newest fetch. */
  #isCurrent = false;
  #state: PlayerState = 'connecting';
  /** Where the picture is to be, until it is there. */
  #target: number | null;
  #joinMs: number | null = null;
  #wantsPause = false;
  #stalls = 0;

  /**
   * @param from Seconds of the live's timeline.
   * @param edge Tells the live's newest instant, in the same seconds.
   */
  constructor(
    private readonly source: LiveSource,
    from: number,
    private readonly edge: () => number,
  ) {
    super();
    this.#target = from;
  }

  get state(): PlayerState {
    return this.#state;
  }

  get stats(): PlayerStats {
    return {
      joinMs: this.#joinMs,
      behindMs: this.#joinMs === null ? null : Math.round(this.behindSeconds * 1000),
      stalls: this.#stalls,
      framesDecoded: this.video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0,
    };
  }

  get currentTime(): number | null {
    return this.#joinMs === null ? null : this.video.currentTime;
  }

  get soundTime(): number | null {
    return this.video.muted || this.video.paused ? null : this.currentTime;
  }

  /** Where the picture is, or is on its way to. */
  get position(): number {
    return this.#target ?? this.video.currentTime;
  }

  get behindSeconds(): number {
    return Math.max(0, this.edge() - this.position);
  }

  get volume(): number {
    return this.video.volume;
  }

  set volume(volume: number) {
    this.video.volume = volume;
  }

  get muted(): boolean {
    return this.video.muted;
  }

  set muted(muted: boolean) {
    this.video.muted = muted;
  }

  get paused(): boolean {
    return this.video.paused;
  }

  set rate(rate: number) {
    this.video.defaultPlaybackRate = rate;
    this.video.playbackRate = rate;
  }

  start(): void {
    const scope = this.#scope;
    const { video } = this;
    const begunMs = performance.now();
    for (const type of ['play', 'pause', 'volumechange']) scope.listen(video, type, () => this.#tell(type));
    scope.listen(video, 'loadedmetadata', () => (video.currentTime = this.position));
    scope.listen(video, 'loadeddata', () => this.#joined(begunMs));
    scope.listen(video, 'seeked', () => this.#arrived());
    scope.listen(video, 'waiting', () => {
      if (!video.seeking && this.#joinMs !== null) this.#stalls++;
    });
    // A decoder that broke down begins again in another buffer.
    scope.listen(video, 'error', () => {
      this.#fetching?.dispose();
      this.#buffer = null;
      this.#isCurrent = false;
      this.#target = this.position;
      scope.timeout(() => this.#fetchSoon(), BROKEN_MS);
    });
    scope.interval(() => this.#look(), LOOK_MS);
    scope.onDispose(() => {
      video.removeAttribute('src');
      video.load();
    });
    this.#fetch(this.position);
  }

  stop(): void {
    this.#scope.dispose();
  }

  play(): void {
    this.#wantsPause = false;
    void this.#play();
  }

  pause(): void {
    this.#wantsPause = true;
    this.video.pause();
  }

  async requestPictureInPicture(): Promise<void> {
    await this.video.requestPictureInPicture();
  }

  /** Goes to an instant of the live: at once where its media is here, else by asking for it. */
  seek(seconds: number): void {
    this.#target = seconds;
    const ranges = this.#isCurrent ? this.#buffer!.ranges : [];
    if (ranges.some(([start, end]) => seconds >= start && seconds < end)) this.video.currentTime = seconds;
    else this.#fetchSoon();
  }

  #fetchSoon(): void {
    if (this.#waitsToFetch) return;
    this.#waitsToFetch = true;
    this.#scope.timeout(() => {
      this.#waitsToFetch = false;
      if (this.#target !== null) this.#fetch(this.#target);
    }, Math.max(0, this.#fetchedMs + BETWEEN_SEEKS_MS - performance.now()));
  }

  #fetch(from: number): void {
    this.#fetching?.dispose();
    const life = this.#scope.child();
    this.#fetching = life;
    this.#fetchedMs = performance.now();
    this.#isCurrent = false;
    void this.#fetchOn(from, life);
  }

  /** Fetches from an instant on, and again after every end that is not the live's. */
  async #fetchOn(from: number, life: Scope): Promise<void> {
    const backoff = new Backoff(200, 5000);
    let next = from;
    let fresh = true;
    let step = NEXT_PART_SECONDS;
    while (!life.signal.aborted) {
      const before = this.#fetchedUntil;
      const end = await this.#fetchOnce(next, fresh, life);
      if (life.signal.aborted) return;
      if (end === 'unsupported') {
        this.#setState('unsupported');
        return;
      }
      const until = this.#fetchedUntil;
      fresh = until === null;
      next = until ?? from;
      if (end === 'changed') {
        // Without progress the next part begins later than asked for.
        step = until !== before || until === null ? NEXT_PART_SECONDS : step * 2;
        next += step;
        continue;
      }
      if (end === 'closed' && (await this.source.hasEnded())) {
        if (!life.signal.aborted) this.#setState('ended');
        return;
      }
      await life.sleep(backoff.next());
    }
  }

  /** Where what is here ends, or null when there is nothing. */
  get #fetchedUntil(): number | null {
    return this.#buffer?.ranges.at(-1)?.[1] ?? null;
  }

  /** @param fresh Whether what is here already is of no use any more. */
  async #fetchOnce(from: number, fresh: boolean, life: Scope): Promise<FetchEnd> {
    try {
      const url = new URL(this.source.watchUrl, location.href);
      url.searchParams.set('from', Math.max(0, from).toFixed(3));
      const response = await fetch(url, { signal: life.signal, cache: 'no-store', credentials: 'same-origin' });
      if (response.status === 404) return 'closed';
      if (!response.ok || !response.body) return 'broken';
      const type = response.headers.get('Content-Type') ?? '';
      if (!MediaBuffer.canPlay(type)) return 'unsupported';
      await this.#prepare(type, fresh, life);
      if (life.signal.aborted) return 'broken';
      this.#isCurrent = true;
      return await this.#append(response.body, life);
    } catch {
      return 'broken';
    }
  }

  async #prepare(type: string, fresh: boolean, life: Scope): Promise<void> {
    if (this.#buffer) {
      await this.#buffer.restart(type, fresh);
      if (fresh && !life.signal.aborted) this.video.currentTime = this.position;
      return;
    }
    const buffer = new MediaBuffer(this.video, this.#scope);
    this.#buffer = buffer;
    await buffer.open(type);
    buffer.setSeekable(0, FARTHEST_SEEKABLE_SECONDS);
  }

  async #append(body: ReadableStream<Uint8Array>, life: Scope): Promise<FetchEnd> {
    const buffer = this.#buffer!;
    const splitter = new EbmlSplitter();
    const reader = body.getReader();
    let documents = 0;
    for (;;) {
      await this.#untilWanted(life);
      const { done, value } = await reader.read();
      if (done) return 'closed';
      for (const piece of splitter.push(value)) {
        if (piece.startsDocument && ++documents > 1) {
          void reader.cancel();
          return 'changed';
        }
        if (life.signal.aborted) return 'broken';
        await buffer.append(piece.bytes);
      }
      if (splitter.fault !== null) return 'broken';
      const first = buffer.ranges[0];
      const { currentTime } = this.video;
      if (first && !life.signal.aborted && this.#target === null && currentTime - first[0] > TRIM_ABOVE_SECONDS) {
        await buffer.removeUntil(currentTime - KEPT_SECONDS);
      }
    }
  }

  /** Waits while enough is here: the server waits with us. */
  async #untilWanted(life: Scope): Promise<void> {
    while (!life.signal.aborted && (this.#fetchedUntil ?? 0) - this.position > AHEAD_SECONDS) {
      await life.sleep(LOOK_MS);
    }
  }

  #joined(begunMs: number): void {
    if (this.#joinMs === null) {
      this.#joinMs = Math.round(performance.now() - begunMs);
      this.#tell('joined');
    }
    if (!this.#wantsPause) void this.#play();
  }

  async #play(): Promise<void> {
    if (!(await startVideo(this.video))) this.#tell('soundblocked');
  }

  #arrived(): void {
    // Another wish may have come in between.
    if (this.#target !== null && Math.abs(this.video.currentTime - this.#target) < 1) this.#target = null;
    this.#tell('seeked');
  }

  #look(): void {
    const { video } = this;
    const beyond = this.#buffer ? overHole(video.currentTime, this.#buffer.ranges) : null;
    // Between two parts, and where the media begins only behind the instant that was asked for.
    if (beyond !== null && video.readyState >= HTMLMediaElement.HAVE_METADATA) {
      this.#target = null;
      video.currentTime = beyond + INSIDE;
    }
    if (this.#state === 'ended' || this.#state === 'unsupported' || this.#joinMs === null) return;
    this.#setState(
      video.paused ? 'paused'
      : video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA || video.seeking ? 'playing'
      : this.source.interrupted ? 'interrupted'
      : 'waiting',
    );
  }

  #setState(state: PlayerState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#tell('statechange');
  }

  #tell(type: string): void {
    this.dispatchEvent(new Event(type));
  }
}
