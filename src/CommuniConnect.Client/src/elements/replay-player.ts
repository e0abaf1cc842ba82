import { CountStat } from '../lib/count-stat.js';
import { savesData } from '../lib/data-saver.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { clock, dateTime } from '../lib/format.js';
import { byline } from '../lib/byline.js';
import type { LivePost, Media } from '../lib/live-api.js';
import { MediaControls } from '../lib/media-controls.js';
import { ReplayTimeline, type ReplayPart } from '../lib/replay-timeline.js';
import { Scope } from '../lib/scope.js';
import { SeekControls, type SeekableMedia } from '../lib/seek-controls.js';
import { stillAddress } from '../lib/stills.js';
import { lang } from '../lib/lang.js';
import { text } from '../lib/texts.js';
import type { MessageDensity } from './message-density.js';
import './message-density.js';

const AT_END_SECONDS = 0.1;
/** `timeupdate` comes four times a second: at double speed the chat would be half a second late. */
const ANNOUNCE_MS = 100;

/** How somebody who watched the live goes on in its replay. */
export interface ReplayStart {
  /** Seconds of the live's own timeline. */
  readonly liveSeconds: number;
  readonly playing: boolean;
  readonly muted: boolean;
}

/**
 * Plays a finished live, whatever the number of its files, as one timeline. Give it the post with `show(post)`.
 * Event: `replay-time` {live_id, seconds, live_seconds (of the live's own clock), playing}, while playing and after every seek.
 */
export class ReplayPlayer extends ScopedElement {
  readonly #video = h('video', { playsinline: true, preload: 'metadata' });
  readonly #density = h('message-density' as 'div') as unknown as MessageDensity;
  readonly #alert = h('p', { class: 'player-status', role: 'alert' });
  #seek: SeekControls | null = null;
  #start: ReplayStart | null = null;
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

  /** Shows the recording of an ended live, from its beginning or from where somebody was in the live. */
  show(post: LivePost, start: ReplayStart | null = null): void {
    this.#post = post;
    this.#start = start;
    const parts: ReplayPart[] = post.media_files.map((media) => ({ url: addressOf(media), duration: media.duration ?? 0 }));
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
    void this.#density.load(post.id, this.#timeline);
    this.replaceChildren(stage, this.#about(post));
    const start = this.#start;
    this.#start = null;
    const { part, offset } = this.#timeline.placeOf(start ? this.#timeline.secondsOfLive(start.liveSeconds) : 0);
    if (start) this.#video.muted = start.muted;
    this.#load(part, offset, start?.playing ?? false);
    this.#showTime();
  }

  #stage(): HTMLElement {
    const { scope } = this;
    const video = this.#video;
    const t = text();
    const stage = h('div', { class: 'player', role: 'region', 'aria-label': t.replayPlayer, tabindex: 0 });
    const controls = new MediaControls(stage, video, video, scope, () => this.#toggle());
    const seek = new SeekControls(this.#seekable(), scope);
    this.#seek = seek;
    seek.track.prepend(this.#density);
    stage.append(
      video,
      h('div', { class: 'player-top' }, h('span', { class: 'badge replay' }, t.recordedLive), controls.note),
      this.#alert,
      h('div', { class: 'player-bar' },
        seek.track, controls.playButton, seek.backButton, seek.forwardButton, controls.muteButton, controls.volume, seek.time,
        h('span', { class: 'spacer' }), seek.speed, controls.pipButton, controls.fullButton),
    );

    scope.listen<KeyboardEvent>(stage, 'keydown', (event) => void (controls.handleKey(event) || seek.handleKey(event)));
    scope.listen(video, 'loadedmetadata', () => {
      this.#timeline.correct(this.#part, video.duration);
      video.playbackRate = seek.rate;
      this.#showTime();
    });
    scope.listen(video, 'timeupdate', () => {
      this.#showTime();
      this.#announce();
    });
    scope.interval(() => {
      if (!video.paused) this.#announce();
    }, ANNOUNCE_MS);
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

  #seekable(): SeekableMedia {
    const player = this;
    return {
      get position() {
        return player.currentTime;
      },
      get duration() {
        return player.duration;
      },
      seek: (seconds) => this.seek(seconds),
      setSpeed: (rate) => (this.#video.playbackRate = rate),
      stillOf: (seconds) => this.#stillOf(seconds),
    };
  }

  #stillOf(seconds: number): string | null {
    const { part, offset } = this.#timeline.placeOf(seconds);
    const url = this.#timeline.parts[part]?.url;
    return url === undefined || savesData() ? null : stillAddress(url, offset);
  }

  #toggle(): void {
    const video = this.#video;
    if (!video.paused) {
      video.pause();
      return;
    }
    if (video.error) this.#load(this.#part, this.#video.currentTime, false);
    else if (this.currentTime >= this.duration - AT_END_SECONDS) this.seek(0);
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
    this.#seek?.show();
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

/** A browser that has read a part of a video does not ask again for one of the same address, which may have grown. */
function addressOf(media: Media): string {
  return `${media.file_url}?bytes=${media.file_size}`;
}

define('replay-player', ReplayPlayer);
