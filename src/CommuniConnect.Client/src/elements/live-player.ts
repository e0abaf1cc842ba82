import { Backoff } from '../lib/backoff.js';
import { CountStat } from '../lib/count-stat.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { fetchLive, type LivePost } from '../lib/live-api.js';
import { INSIDE, JUMP_SECONDS, stayAtEdge } from '../lib/live-edge.js';
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

const LOOK_MS = 100;
// Under 0.15 s the decoder stalls and ends up later than with it; every stall backs off, every calm while comes closer.
const NEAREST_SECONDS = 0.18;
const FARTHEST_SECONDS = 1;
// A new viewer receives the whole group so far: what is older than this is skipped instead of caught up with slowly.
const JOIN_SLACK_SECONDS = 0.25;
const STALL_STEP_SECONDS = 0.1;
const CALM_MS = 20_000;
const CALM_STEP_SECONDS = 0.05;
const SMOOTHING = 0.2;
// No bytes for this long is an interruption at the source, not a hiccup of this link.
const SILENCE_MS = 2500;
const HICCUP_MS = 500;
// A decoder that shows nothing new for this long although media is buffered is replaced.
const STUCK_MS = 4000;

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
  #session: LiveSession | null = null;
  #state: PlayerState | null = null;
  #target = NEAREST_SECONDS;
  #behind = 0;
  #stalls = 0;
  #calmSinceMs = 0;
  /** The present session's video has been sent to where its media is. */
  #placed = false;
  #joinedAtMs: number | null = null;
  #joinMs: number | null = null;
  #wantsPause = false;
  #ranDry = false;
  #progress = { time: 0, atMs: 0 };
  #breakSession: (() => void) | null = null;

  /** What tests and the curious may read at any time. */
  get stats(): PlayerStats {
    return {
      joinMs: this.#joinMs,
      behindMs: this.#joinMs === null ? null : Math.round(this.#behind * 1000),
      stalls: this.#stalls,
      framesDecoded: this.#video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0,
    };
  }

  get video(): HTMLVideoElement {
    return this.#video;
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
    scope.listen(video, 'playing', () => this.#skipBacklog());
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
      this.#joinedAtMs = performance.now();
      // A held request is a live that waits for its first media.
      life.timeout(() => {
        if (this.#state === 'connecting') this.#setState('waiting');
      }, 700);
      const end = await session.run(this.getAttribute('watch-url') ?? '');
      const played = session.ranges.length > 0;
      life.dispose();
      if (scope.signal.aborted) return;
      if (played) backoff.reset();
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
    const last = this.#session?.ranges.at(-1);
    if (last && last[1] - this.#video.currentTime > this.#target + JOIN_SLACK_SECONDS) this.#jumpToEdge();
    this.#still.hidden = true;
    if (this.#joinedAtMs !== null) this.#joinMs = Math.round(performance.now() - this.#joinedAtMs);
    this.#joinedAtMs = null;
    this.#calmSinceMs = performance.now();
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
      this.#jumpToEdge();
    } else {
      this.#wantsPause = true;
      this.#video.pause();
    }
  }

  #noticePause(): void {
    // The browser pauses by itself too (its own controls, picture in picture, a phone call): respect it all the same.
    this.#wantsPause = true;
    this.#setState('paused');
  }

  #stalled(): void {
    if (this.#video.seeking || this.#joinMs === null || this.#wantsPause) return;
    this.#ranDry = true;
    const silent = performance.now() - (this.#session?.lastBytesMs ?? 0) > HICCUP_MS;
    // Running dry while nothing is sent is the broadcaster's interruption; a larger distance would not have helped.
    if (silent) return;
    this.#stalls++;
    this.#target = Math.min(FARTHEST_SECONDS, this.#target + STALL_STEP_SECONDS);
    this.#calmSinceMs = performance.now();
  }

  /** After a standstill the picture has a break anyway: go on at the edge rather than be late for a long while. */
  #skipBacklog(): void {
    const last = this.#session?.ranges.at(-1);
    if (!this.#ranDry || !last) return;
    this.#ranDry = false;
    if (last[1] - this.#video.currentTime > this.#target + JOIN_SLACK_SECONDS) this.#jumpToEdge();
  }

  #jumpToEdge(): void {
    const last = this.#session?.ranges.at(-1);
    if (last) this.#video.currentTime = Math.max(last[0] + INSIDE, last[1] - this.#target);
  }

  #lookAtEdge(): void {
    const video = this.#video;
    const session = this.#session;
    const nowMs = performance.now();
    const ranges = session?.ranges ?? [];
    const last = ranges.at(-1);
    if (!session || !last || this.#state === 'ended') return;
    // A position set before the metadata is remembered but not gone to.
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) return;
    // A stream joined late begins far from zero. Go there even when the position already says so: without a seek
    // Chromium sometimes takes the first instant as its position and then decodes nothing.
    if (!this.#placed) {
      this.#placed = true;
      this.#jumpToEdge();
    }
    if (this.#wantsPause) return;

    const behind = last[1] - video.currentTime;
    this.#behind = Math.abs(behind) > JUMP_SECONDS ? behind : this.#behind + (behind - this.#behind) * SMOOTHING;
    if (!video.seeking) {
      const move = stayAtEdge({
        currentTime: video.currentTime, ranges, target: this.#target, behind: this.#behind, rate: video.playbackRate,
      });
      if (move.seekTo !== null) video.currentTime = move.seekTo;
      if (video.playbackRate !== move.rate) video.playbackRate = move.rate;
    }
    if (nowMs - this.#calmSinceMs > CALM_MS) {
      this.#target = Math.max(NEAREST_SECONDS, this.#target - CALM_STEP_SECONDS);
      this.#calmSinceMs = nowMs;
    }
    this.#noticeStuck(nowMs, behind);
    if (this.#joinMs === null) return;
    const silentMs = nowMs - session.lastBytesMs;
    // The server knows of a cut sooner; bytes that still arrive know better.
    const patienceMs = this.getAttribute('status') === 'interrupted' ? HICCUP_MS : SILENCE_MS;
    this.#setState(silentMs > patienceMs ? 'interrupted' : 'playing');
  }

  #noticeStuck(nowMs: number, behind: number): void {
    const video = this.#video;
    if (video.currentTime !== this.#progress.time || behind < this.#target || video.paused || document.hidden) {
      this.#progress = { time: video.currentTime, atMs: nowMs };
    } else if (nowMs - this.#progress.atMs > STUCK_MS) {
      this.#progress.atMs = nowMs;
      this.#breakSession?.();
    }
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
