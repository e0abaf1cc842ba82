import { CountStat } from '../lib/count-stat.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { clock, dateTime } from '../lib/format.js';
import { byline } from '../lib/byline.js';
import type { LivePost } from '../lib/live-api.js';
import { MediaControls } from '../lib/media-controls.js';
import { ReplayTimeline, type ReplayPart } from '../lib/replay-timeline.js';
import { Scope } from '../lib/scope.js';
import { lang } from '../lib/lang.js';
import { text } from '../lib/texts.js';

const KEY_STEP_SECONDS = 10;
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const SLIDER_STEP_SECONDS = 0.1;

/**
 * Plays a finished live, whatever the number of its files, as one timeline. Give it the post with `show(post)`.
 * Event: `replay-time` {live_id, seconds, live_seconds (of the live's own clock), playing}, while playing and after every seek.
 */
export class ReplayPlayer extends ScopedElement {
  readonly #video = h('video', { playsinline: true, preload: 'metadata' });
  readonly #slider = h('input', {
    type: 'range', class: 'progress', min: 0, max: 0, step: SLIDER_STEP_SECONDS, value: 0, 'aria-label': text().progress,
  });
  readonly #time = h('span', { class: 'player-time' });
  readonly #alert = h('p', { class: 'player-status', role: 'alert' });
  readonly #speed = h('select', { class: 'speed', 'aria-label': text().speed });
  #post: LivePost | null = null;
  #timeline = new ReplayTimeline([]);
  #part = -1;
  /** Asked for while the video is still seeking: only the newest wish is carried out. */
  #wanted: number | null = null;

  get video(): HTMLVideoElement {
    return this.#video;
  }

  /** Where the replay stands, in seconds of the whole. */
  get currentTime(): number {
    return this.#wanted ?? this.#timeline.startOf(Math.max(0, this.#part)) + this.#video.currentTime;
  }

  get duration(): number {
    return this.#timeline.duration;
  }

  /** Shows the recording of an ended live. */
  show(post: LivePost): void {
    this.#post = post;
    const parts: ReplayPart[] = post.media_files.map((media) => ({ url: media.file_url, duration: media.duration ?? 0 }));
    this.#timeline = new ReplayTimeline(parts, post.replay_timeline ?? []);
    this.#part = -1;
    this.#wanted = null;
    if (this.isConnected) this.mount();
  }

  /** Moves to an instant of the whole replay. */
  seek(seconds: number): void {
    if (this.#timeline.parts.length === 0) return;
    this.#wanted = Math.min(Math.max(0, seconds), this.#timeline.duration);
    this.#showTime();
    this.#announce();
    this.#carryOut();
  }

  protected mount(): void {
    const post = this.#post;
    if (!post) return;
    this.scope.dispose();
    this.scope = new Scope();
    this.classList.add('replay');
    if (this.#timeline.parts.length === 0) {
      this.replaceChildren(h('p', { class: 'empty' }, text().noReplay), this.#about(post));
      return;
    }
    const stage = this.#stage();
    this.replaceChildren(stage, this.#about(post));
    this.#load(0, 0, false);
    this.#showTime();
  }

  #stage(): HTMLElement {
    const { scope } = this;
    const video = this.#video;
    const t = text();
    const stage = h('div', { class: 'player', role: 'region', 'aria-label': t.replayPlayer, tabindex: 0 });
    const controls = new MediaControls(stage, video, video, scope, () => this.#toggle());
    this.#speed.replaceChildren(
      ...SPEEDS.map((rate) => h('option', { value: rate, selected: rate === 1 }, `${rate.toLocaleString(lang())} ×`)),
    );
    stage.append(
      video,
      h('div', { class: 'player-top' }, h('span', { class: 'badge replay' }, t.recordedLive)),
      this.#alert,
      h('div', { class: 'player-bar' },
        this.#slider, controls.playButton, controls.muteButton, controls.volume, this.#time,
        h('span', { class: 'spacer' }), this.#speed, controls.pipButton, controls.fullButton),
    );

    scope.listen(this.#slider, 'input', () => this.seek(Number(this.#slider.value)));
    scope.listen(this.#speed, 'change', () => (video.playbackRate = Number(this.#speed.value)));
    scope.listen<KeyboardEvent>(stage, 'keydown', (event) => this.#key(event, controls));
    scope.listen(video, 'loadedmetadata', () => {
      this.#timeline.correct(this.#part, video.duration);
      video.playbackRate = Number(this.#speed.value);
      this.#showTime();
    });
    scope.listen(video, 'timeupdate', () => {
      this.#showTime();
      this.#announce();
    });
    scope.listen(video, 'seeked', () => this.#carryOut());
    scope.listen(video, 'playing', () => (this.#alert.textContent = ''));
    scope.listen(video, 'ended', () => this.#nextPart());
    scope.listen(video, 'error', () => {
      if (!video.hasAttribute('src')) return;
      this.#alert.textContent = t.replayBroken;
    });
    // A file that failed on a bad link is asked for again as soon as there is a link.
    scope.listen(window, 'online', () => {
      if (video.error) this.#load(this.#part, video.currentTime, !video.paused);
    });
    scope.onDispose(() => {
      video.pause();
      video.removeAttribute('src');
    });
    return stage;
  }

  #about(post: LivePost): HTMLElement {
    const { live } = post;
    const viewers = new CountStat('viewers');
    const messages = new CountStat('messages');
    viewers.value = Math.max(live?.peak_viewers ?? 0, live?.viewers ?? 0);
    messages.value = live?.messages_count ?? 0;
    const date = live?.started_at ?? post.created_at ?? '';
    return h('div', { class: 'live-about' },
      h('h1', { class: 'live-title' }, post.title),
      byline(post, h('time', { datetime: date }, dateTime(date, lang()))),
      h('p', { class: 'stats' },
        h('span', { class: 'stat' }, h('strong', {}, clock(live?.duration ?? this.duration)), ' ', text().duration),
        viewers.element, messages.element),
      post.content ? h('p', { class: 'live-content' }, post.content) : null,
    );
  }

  #key(event: KeyboardEvent, controls: MediaControls): void {
    const onSlider = event.target === this.#slider;
    const step = event.key === 'ArrowRight' ? KEY_STEP_SECONDS : event.key === 'ArrowLeft' ? -KEY_STEP_SECONDS : 0;
    if (step !== 0 && event.target !== controls.volume && event.target !== this.#speed) {
      this.seek(this.currentTime + step);
    } else if (event.key === 'Home') this.seek(0);
    else if (event.key === 'End') this.seek(this.duration);
    else {
      // Up and down move a focused slider by its own tiny step, which helps nobody here.
      if (!controls.handleKey(event) && onSlider && event.key.startsWith('Page')) {
        this.seek(this.currentTime + (event.key === 'PageUp' ? 60 : -60));
      } else return;
    }
    event.preventDefault();
  }

  #toggle(): void {
    const video = this.#video;
    if (!video.paused) {
      video.pause();
      return;
    }
    if (video.error) this.#load(this.#part, this.#video.currentTime, false);
    else if (this.currentTime >= this.duration - SLIDER_STEP_SECONDS) this.seek(0);
    this.#play();
  }

  #play(): void {
    this.#video.play().catch((error: DOMException) => {
      // AbortError only says that another part was loaded meanwhile.
      if (error.name === 'NotSupportedError') this.#alert.textContent = text().replayBroken;
    });
  }

  #carryOut(): void {
    const video = this.#video;
    if (this.#wanted === null) return;
    const { part, offset } = this.#timeline.placeOf(this.#wanted);
    if (part !== this.#part) {
      this.#load(part, offset, !video.paused);
      this.#wanted = null;
      return;
    }
    // One seek at a time: a slider being dragged would otherwise restart the decoder without ever showing a picture.
    if (video.seeking) return;
    this.#wanted = null;
    video.currentTime = offset;
  }

  #nextPart(): void {
    const next = this.#part + 1;
    if (next < this.#timeline.parts.length) this.#load(next, 0, true);
    this.#showTime();
    this.#announce();
  }

  #load(part: number, offset: number, play: boolean): void {
    const url = this.#timeline.parts[part]?.url;
    if (url === undefined) return;
    this.#part = part;
    this.#alert.textContent = '';
    this.#video.src = url;
    if (offset > 0) {
      this.#video.currentTime = offset;
    } else if ('webkitPresentationMode' in this.#video) {
      // Safari shows a first picture before play only when it is asked to seek to one.
      this.#video.currentTime = 0.001;
    }
    if (play) this.#play();
  }

  #showTime(): void {
    const now = this.currentTime;
    const all = this.duration;
    this.#slider.max = String(all);
    this.#slider.value = String(now);
    this.#slider.setAttribute('aria-valuetext', text().timeOf(clock(now), clock(all)));
    this.#slider.style.setProperty('--played', `${all > 0 ? (100 * now) / all : 0}%`);
    const words = `${clock(now)} / ${clock(all)}`;
    if (this.#time.textContent !== words) this.#time.textContent = words;
  }

  #announce(): void {
    const seconds = this.currentTime;
    this.emit('replay-time', {
      live_id: this.#post?.id,
      seconds,
      live_seconds: this.#timeline.liveSecondsOf(seconds),
      playing: !this.#video.paused,
    });
  }
}

define('replay-player', ReplayPlayer);
