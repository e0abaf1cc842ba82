import { Backoff } from './backoff.js';
import { ComfortDelay } from './comfort-delay.js';
import { h } from './dom.js';
import { EdgeKeeper } from './edge-keeper.js';
import type { Range } from './live-edge.js';
import { LiveSession } from './live-session.js';
import type { LiveSource, Playback, PlayerState, PlayerStats } from './playback.js';
import { Scope } from './scope.js';
import type { ServerClock } from './server-clock.js';
import { startVideo } from './start-video.js';

/** How long media may be there before its first picture is. */
const FIRST_PICTURE_MS = 5_000;
const LOOK_MS = 100;
// No bytes for this long is an interruption at the source, not a hiccup of this link.
const SILENCE_MS = 2500;
const HICCUP_MS = 500;
// A connection that held this long was a good one.
const SOUND_MS = 5000;
/** What the browser cannot play may become something that it can, when the broadcaster comes back with another program. */
const UNSUPPORTED_MS = 30_000;

/** Confort: the progressive stream through Media Source Extensions, which every browser has and which forgives a weak link. */
export class ComfortPlayback extends EventTarget implements Playback {
  readonly video = h('video', { playsinline: true });
  readonly #still = h('canvas', { class: 'player-still', hidden: true });
  readonly element = h('div', { class: 'player-picture' }, this.video, this.#still);
  readonly #keeper = new EdgeKeeper(this.video);
  readonly #scope = new Scope();
  readonly #delay: ComfortDelay;
  /** How often the picture stood still although the live went on, as far as is known. */
  standstills = 0;
  #session: LiveSession | null = null;
  #state: PlayerState = 'connecting';
  /** The present session's video has been sent to where its media is. */
  #placed = false;
  #joinedAtMs: number | null = null;
  #joinMs: number | null = null;
  #wantsPause = false;
  #ranDry = false;
  #breakSession: (() => void) | null = null;

  constructor(
    private readonly source: LiveSource,
    serverClock: ServerClock,
  ) {
    super();
    this.#delay = new ComfortDelay(() => source.watchUrl, serverClock);
  }

  /** From the camera to this screen, in milliseconds; null while it is not known. */
  get delayMs(): number | null {
    return this.#delay.ms;
  }

  get state(): PlayerState {
    return this.#state;
  }

  get stats(): PlayerStats {
    return {
      joinMs: this.#joinMs,
      behindMs: this.#joinMs === null ? null : this.#keeper.behindMs,
      stalls: this.#keeper.stalls,
      framesDecoded: this.video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0,
    };
  }

  get currentTime(): number | null {
    return this.#joinMs === null ? null : this.video.currentTime;
  }

  get soundTime(): number | null {
    return this.video.muted || this.video.paused ? null : this.currentTime;
  }

  get behindSeconds(): number | null {
    return this.#joinMs === null ? null : this.#keeper.behindMs / 1000;
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

  get #ranges(): readonly Range[] {
    return this.#session?.ranges ?? [];
  }

  start(): void {
    const scope = this.#scope;
    const { video } = this;
    for (const type of ['play', 'pause', 'volumechange']) scope.listen(video, type, () => this.#tell(type));
    scope.listen(video, 'loadedmetadata', () => this.#lookAtEdge());
    scope.listen(video, 'emptied', () => (this.#placed = false));
    scope.listen(video, 'loadeddata', () => this.#joined());
    scope.listen(video, 'waiting', () => this.#stalled());
    scope.listen(video, 'playing', () => this.#afterStandstill());
    scope.listen(video, 'error', () => this.#breakSession?.());
    scope.listen(video, 'pause', () => this.#noticePause());
    scope.listen(video, 'play', () => (this.#wantsPause = false));
    scope.listen(document, 'visibilitychange', () => this.#lookAtEdge());
    scope.interval(() => this.#lookAtEdge(), LOOK_MS);
    scope.onDispose(() => {
      video.removeAttribute('src');
      video.load();
    });
    this.#delay.keep(scope);
    void this.#watch();
  }

  stop(): void {
    this.#scope.dispose();
  }

  play(): void {
    this.#wantsPause = false;
    void this.#play();
    this.#keeper.jump(this.#ranges);
  }

  pause(): void {
    this.#wantsPause = true;
    this.video.pause();
  }

  async requestPictureInPicture(): Promise<void> {
    await this.video.requestPictureInPicture();
  }

  /** Connects, and again after every end that is not the live's. */
  async #watch(): Promise<void> {
    const scope = this.#scope;
    const backoff = new Backoff(200, 5000);
    while (!scope.signal.aborted) {
      if (this.#state !== 'interrupted' && this.#state !== 'unsupported') this.#setState(this.#joinMs === null ? 'connecting' : 'interrupted');
      const life = scope.child();
      const session = new LiveSession(this.video, life, () => this.#keepPicture());
      this.#session = session;
      this.#breakSession = () => life.dispose();
      const begunMs = performance.now();
      this.#joinedAtMs = begunMs;
      // A held request is a live that waits for its first media.
      life.timeout(() => {
        if (this.#state === 'connecting') this.#setState('waiting');
      }, 700);
      const end = await session.run(this.source.watchUrl);
      life.dispose();
      if (scope.signal.aborted) return;
      // Media that breaks the decoder at once must not be asked for several times a second.
      if (performance.now() - begunMs > SOUND_MS) backoff.reset();
      if (end === 'unsupported') this.#setState('unsupported');
      if (end === 'changed') continue;
      if (await this.source.hasEnded()) {
        if (!scope.signal.aborted) this.#setState('ended');
        return;
      }
      await scope.sleep(end === 'unsupported' ? UNSUPPORTED_MS : backoff.next());
    }
  }

  /** Covers the change of MediaSource with the last picture, so that nobody sees black. */
  #keepPicture(): void {
    const { video } = this;
    if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.#still.width = video.videoWidth;
    this.#still.height = video.videoHeight;
    this.#still.getContext('2d')?.drawImage(video, 0, 0);
    this.#still.hidden = false;
  }

  #joined(): void {
    this.#keeper.skipBacklog(this.#ranges);
    this.#still.hidden = true;
    if (this.#joinedAtMs !== null) this.#joinMs = Math.round(performance.now() - this.#joinedAtMs);
    this.#joinedAtMs = null;
    if (!this.#wantsPause) void this.#play();
    this.#tell('joined');
  }

  async #play(): Promise<void> {
    if (!(await startVideo(this.video))) this.#tell('soundblocked');
  }

  #noticePause(): void {
    const { video } = this;
    // The browser pauses by itself too (its own controls, picture in picture, a phone call): respect it all the same.
    // A broken or replaced source pauses the element as well; that is nobody's wish.
    if (video.error || !video.paused || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.#wantsPause = true;
    this.#setState('paused');
  }

  #stalled(): void {
    if (this.video.seeking || this.#joinMs === null || this.#wantsPause) return;
    this.#ranDry = true;
    if (!this.source.interrupted) this.standstills++;
    const silent = performance.now() - (this.#session?.lastBytesMs ?? 0) > HICCUP_MS;
    // Running dry while nothing is sent is the broadcaster's interruption; a larger distance would not have helped.
    if (silent) return;
    this.#keeper.stalled(performance.now());
  }

  #afterStandstill(): void {
    if (!this.#ranDry) return;
    this.#ranDry = false;
    this.#keeper.skipBacklog(this.#ranges);
  }

  #lookAtEdge(): void {
    const { video } = this;
    const session = this.#session;
    const nowMs = performance.now();
    const ranges = this.#ranges;
    if (!session || this.#state === 'ended') return;
    // Media that came and shows nothing: a decoder that will not begin does on another connection.
    const begunMs = this.#joinedAtMs === null ? null : session.firstBytesMs;
    if (begunMs !== null && nowMs - begunMs > FIRST_PICTURE_MS && !document.hidden) this.#breakSession?.();
    if (ranges.length === 0) return;
    // A position set before the metadata is remembered but not gone to.
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) return;
    // A stream joined late begins far from zero. Go there even when the position already says so: without a seek
    // Chromium sometimes takes the first instant as its position and then decodes nothing.
    if (!this.#placed) {
      this.#placed = true;
      this.#keeper.jump(ranges);
    }
    if (this.#wantsPause) return;

    if (!this.#keeper.look(ranges, nowMs)) this.#breakSession?.();
    if (this.#joinMs === null) return;
    this.#delay.at(video.currentTime);
    const silentMs = nowMs - session.lastBytesMs;
    // The server knows of a cut sooner; bytes that still arrive know better.
    const patienceMs = this.source.interrupted ? HICCUP_MS : SILENCE_MS;
    this.#setState(silentMs > patienceMs ? 'interrupted' : 'playing');
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
