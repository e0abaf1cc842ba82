import { Backoff } from '../lib/backoff.js';
import { CountStat } from '../lib/count-stat.js';
import { h } from '../lib/dom.js';
import { EdgeKeeper } from '../lib/edge-keeper.js';
import { define, ScopedElement } from '../lib/element.js';
import { fetchLive, type LivePost } from '../lib/live-api.js';
import type { Range } from '../lib/live-edge.js';
import { LiveSession } from '../lib/live-session.js';
import { MediaControls } from '../lib/media-controls.js';
import type { Scope } from '../lib/scope.js';
import { text } from '../lib/texts.js';
import './live-badge.js';

export type PlayerState = 'connecting' | 'waiting' | 'playing' | 'paused' | 'interrupted' | 'ended' | 'unsupported';

export interface PlayerStats {
  /** From the request to the first picture; null before it. */
  joinMs: number | null;
  /** Behind the newest buffered instant; null before the first picture. */
  behindMs: number | null;
  stalls: number;
  framesDecoded: number;
}

/** How long media may be there before its first picture is. */
const FIRST_PICTURE_MS = 5_000;
const LOOK_MS = 100;
// No bytes for this long is an interruption at the source, not a hiccup of this link.
const SILENCE_MS = 2500;
const HICCUP_MS = 500;
// A connection that held this long was a good one.
const SOUND_MS = 5000;

/**
 * Plays a live at its edge. Attributes: `live-id`, `watch-url`, `started-at`, `viewers`, `status`.
 * Events: `player-state` {state}, `live-ended` {live_id, post}.
 */
export class LivePlayer extends ScopedElement {
  static readonly observedAttributes = ['started-at', 'viewers', 'status'];

  readonly #video = h('video', { playsinline: true, autoplay: true });
  readonly #still = h('canvas', { class: 'player-still', hidden: true });
  readonly #status = h('p', { class: 'player-status', role: 'status' });
  readonly #soundButton = h('button', { type: 'button', class: 'button sound-on', hidden: true });
  readonly #badge = h('live-badge' as 'span');
  readonly #viewers = new CountStat('viewers');
  readonly #keeper = new EdgeKeeper(this.#video);
  #session: LiveSession | null = null;
  #state: PlayerState | null = null;
  /** The present session's video has been sent to where its media is. */
  #placed = false;
  #joinedAtMs: number | null = null;
  #joinMs: number | null = null;
  #wantsPause = false;
  #ranDry = false;
  #breakSession: (() => void) | null = null;

  /** What tests and the curious may read at any time. */
  get stats(): PlayerStats {
    return {
      joinMs: this.#joinMs,
      behindMs: this.#joinMs === null ? null : this.#keeper.behindMs,
      stalls: this.#keeper.stalls,
      framesDecoded: this.#video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0,
    };
  }

  get video(): HTMLVideoElement {
    return this.#video;
  }

  get #ranges(): readonly Range[] {
    return this.#session?.ranges ?? [];
  }

  attributeChangedCallback(): void {
    this.#showAttributes();
  }

  protected mount(): void {
    const { scope } = this;
    const video = this.#video;
    this.classList.add('player', 'live');
    this.setAttribute('role', 'region');
    this.setAttribute('aria-label', text().livePlayer);
    this.tabIndex = 0;
    this.#soundButton.textContent = text().enableSound;
    const controls = new MediaControls(this, video, scope, () => this.#toggle());
    this.replaceChildren(
      video,
      this.#still,
      h('div', { class: 'player-top' }, this.#badge, this.#viewers.element),
      this.#soundButton,
      this.#status,
      h('div', { class: 'player-bar' },
        controls.playButton, controls.muteButton, controls.volume,
        h('span', { class: 'spacer' }), controls.pipButton, controls.fullButton),
    );
    this.#showAttributes();

    scope.listen(this.#soundButton, 'click', () => {
      controls.setVolume(video.volume || 1);
      this.#soundButton.hidden = true;
    });
    scope.listen(video, 'volumechange', () => {
      if (!video.muted) this.#soundButton.hidden = true;
    });
    scope.listen<KeyboardEvent>(this, 'keydown', (event) => controls.handleKey(event));
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
    void this.#watch();
  }

  /** Connects, and again after every end that is not the live's. */
  async #watch(): Promise<void> {
    const { scope } = this;
    const backoff = new Backoff(200, 5000);
    while (!scope.signal.aborted) {
      if (this.#state !== 'interrupted') this.#setState(this.#joinMs === null ? 'connecting' : 'interrupted');
      const life = scope.child();
      const session = new LiveSession(this.#video, life, () => this.#keepPicture());
      this.#session = session;
      this.#breakSession = () => life.dispose();
      const begunMs = performance.now();
      this.#joinedAtMs = begunMs;
      // A held request is a live that waits for its first media.
      life.timeout(() => {
        if (this.#state === 'connecting') this.#setState('waiting');
      }, 700);
      const end = await session.run(this.getAttribute('watch-url') ?? '');
      life.dispose();
      if (scope.signal.aborted) return;
      // Media that breaks the decoder at once must not be asked for several times a second.
      if (performance.now() - begunMs > SOUND_MS) backoff.reset();
      if (end === 'unsupported') this.#setState('unsupported');
      if (end === 'changed') continue;
      if (await this.#hasEnded(scope)) return;
      await scope.sleep(backoff.next());
    }
  }

  async #hasEnded(scope: Scope): Promise<boolean> {
    let post: LivePost;
    try {
      post = await fetchLive(Number(this.getAttribute('live-id')), scope.signal);
    } catch {
      return false;
    }
    if (scope.signal.aborted) return true;
    if (post.live?.status !== 'ended') return false;
    this.#setState('ended');
    this.emit('live-ended', { live_id: post.id, post });
    return true;
  }

  /** Covers the change of MediaSource with the last picture, so that nobody sees black. */
  #keepPicture(): void {
    const video = this.#video;
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
  }

  async #play(): Promise<void> {
    try {
      await this.#video.play();
    } catch (error) {
      if ((error as DOMException).name !== 'NotAllowedError' || this.#video.muted) return;
      // Sound needs a gesture first: show the picture now and offer the sound.
      this.#video.muted = true;
      this.#soundButton.hidden = false;
      await this.#video.play().catch(() => {});
    }
  }

  #toggle(): void {
    if (this.#video.paused) {
      this.#wantsPause = false;
      void this.#play();
      this.#keeper.jump(this.#ranges);
    } else {
      this.#wantsPause = true;
      this.#video.pause();
    }
  }

  #noticePause(): void {
    // The browser pauses by itself too (its own controls, picture in picture, a phone call): respect it all the same.
    // A broken or replaced source pauses the element as well; that is nobody's wish.
    if (this.#video.error || !this.#video.paused || this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.#wantsPause = true;
    this.#setState('paused');
  }

  #stalled(): void {
    if (this.#video.seeking || this.#joinMs === null || this.#wantsPause) return;
    this.#ranDry = true;
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
    const video = this.#video;
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
    const silentMs = nowMs - session.lastBytesMs;
    // The server knows of a cut sooner; bytes that still arrive know better.
    const patienceMs = this.getAttribute('status') === 'interrupted' ? HICCUP_MS : SILENCE_MS;
    this.#setState(silentMs > patienceMs ? 'interrupted' : 'playing');
  }

  #showAttributes(): void {
    const started = this.getAttribute('started-at');
    if (started) this.#badge.setAttribute('started-at', started);
    this.#badge.hidden = this.getAttribute('status') === 'waiting';
    this.#viewers.value = Number(this.getAttribute('viewers') ?? 0);
  }

  #setState(state: PlayerState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.dataset.state = state;
    this.#status.textContent = text()[state];
    this.emit('player-state', { state });
  }
}

define('live-player', LivePlayer);
