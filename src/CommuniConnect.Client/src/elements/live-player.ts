import { ComfortPlayback } from '../lib/comfort-playback.js';
import { CountStat } from '../lib/count-stat.js';
import { canPlayDirect, DirectPlayback } from '../lib/direct-playback.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { fetchLive, type LivePost } from '../lib/live-api.js';
import { MediaControls } from '../lib/media-controls.js';
import { ModeBadge } from '../lib/mode-badge.js';
import { ModeChoice, type PlayMode, type Wish } from '../lib/play-mode.js';
import type { LiveSource, Playback, PlayerState, PlayerStats } from '../lib/playback.js';
import { PlaybackStage } from '../lib/playback-stage.js';
import { ServerClock } from '../lib/server-clock.js';
import { text } from '../lib/texts.js';
import './live-badge.js';

const LOOK_MS = 500;
const NO_STATS: PlayerStats = { joinMs: null, behindMs: null, stalls: 0, framesDecoded: 0 };

/**
 * Plays a live at its edge, in the way that fits browser, network and wish. Attributes: `live-id`, `watch-url`, `started-at`, `viewers`, `status`.
 * Events: `player-state` {state}, `live-ended` {live_id, post}.
 */
export class LivePlayer extends ScopedElement {
  static readonly observedAttributes = ['started-at', 'viewers', 'status'];

  readonly #status = h('p', { class: 'player-status', role: 'status' });
  readonly #soundButton = h('button', { type: 'button', class: 'button sound-on', hidden: true });
  readonly #badge = h('live-badge' as 'span');
  readonly #viewers = new CountStat('viewers');
  #stage = new PlaybackStage();
  #state: PlayerState | null = null;
  #choice = new ModeChoice(false, false);
  #modes = new WeakMap<Playback, PlayMode>();
  #clock = new ServerClock();

  /** What tests and the curious may read at any time. */
  get stats(): PlayerStats {
    return this.#stage.current?.stats ?? NO_STATS;
  }

  /** The video on stage, or null while the picture is shown otherwise. */
  get video(): HTMLVideoElement | null {
    return this.#stage.current?.element.querySelector('video') ?? null;
  }

  /** The instant on screen, in seconds of the live's own timeline; null before the first picture. */
  get mediaTimeSeconds(): number | null {
    return this.#stage.current?.currentTime ?? null;
  }

  /** The instant being heard, in seconds of the live's own timeline; null in silence. */
  get soundTimeSeconds(): number | null {
    return this.#stage.current?.soundTime ?? null;
  }

  /** From the camera to this screen, in milliseconds; null while it is not measured. */
  get delayMs(): number | null {
    const playback = this.#stage.current;
    return playback instanceof DirectPlayback ? playback.delayMs : null;
  }

  /** How far the picture is behind the newest instant of the live, in seconds; null while that is not known. */
  get behindSeconds(): number | null {
    return this.#stage.current?.behindSeconds ?? null;
  }

  attributeChangedCallback(): void {
    this.#showAttributes();
  }

  protected mount(): void {
    const { scope } = this;
    const stage = new PlaybackStage();
    this.#stage = stage;
    this.classList.add('player', 'live');
    this.setAttribute('role', 'region');
    this.setAttribute('aria-label', text().livePlayer);
    this.tabIndex = 0;
    this.#soundButton.textContent = text().enableSound;
    const canDirect = canPlayDirect();
    this.#choice = new ModeChoice(canDirect, savesData());
    const mode = new ModeBadge(canDirect ? ['auto', 'direct', 'comfort', 'sound'] : [], (wish) => this.#wish(wish));
    const controls = new MediaControls(this, stage.element, stage, scope, () => this.#toggle());
    this.replaceChildren(
      stage.element,
      h('div', { class: 'player-top' }, this.#badge, this.#viewers.element, mode.element),
      this.#soundButton,
      this.#status,
      h('div', { class: 'player-bar' },
        controls.playButton, controls.muteButton, controls.volume,
        h('span', { class: 'spacer' }), controls.pipButton, controls.fullButton),
    );
    this.#showAttributes();

    scope.listen(this.#soundButton, 'click', () => {
      controls.setVolume(stage.volume || 1);
      this.#soundButton.hidden = true;
    });
    scope.listen(stage, 'volumechange', () => {
      if (!stage.muted) this.#soundButton.hidden = true;
    });
    scope.listen(stage, 'soundblocked', () => (this.#soundButton.hidden = false));
    scope.listen(stage, 'statechange', () => this.#setState(stage.current!.state));
    scope.listen<KeyboardEvent>(this, 'keydown', (event) => controls.handleKey(event));
    scope.onDispose(() => stage.clear());
    if (canDirect) this.#clock.keep(scope);
    this.#choose();
    scope.interval(() => {
      this.#choose();
      this.#showMode(mode);
    }, LOOK_MS);
    scope.listen(stage, 'change', () => this.#showMode(mode));
  }

  #wish(wish: Wish): void {
    this.#choice.wish = wish;
    this.#choose();
  }

  /** Has the live played as it is best played now; the change is seen with the first picture of the other way. */
  #choose(): void {
    const stage = this.#stage;
    if (stage.paused || this.#state === 'ended') return;
    const wanted = this.#choice.mode(performance.now());
    if (stage.current && this.#modes.get(stage.current) === wanted) {
      stage.dropNext();
    } else if (!stage.next || this.#modes.get(stage.next) !== wanted) {
      stage.show(this.#playback(wanted));
    }
  }

  #playback(mode: PlayMode): Playback {
    const playback =
      mode === 'comfort' ? new ComfortPlayback(this.#source()) : new DirectPlayback(this.#source(), this.#clock, mode === 'direct');
    this.#modes.set(playback, mode);
    if (mode === 'direct') this.scope.listen(playback, 'stall', () => this.#choice.stalled(performance.now()));
    this.scope.listen(playback, 'unfit', () => {
      this.#choice.unfit();
      this.#choose();
    });
    return playback;
  }

  #showMode(badge: ModeBadge): void {
    const playback = this.#stage.current;
    if (!playback) return;
    const mode = this.#modes.get(playback)!;
    this.dataset.mode = mode;
    const direct = playback instanceof DirectPlayback ? playback : null;
    badge.show(mode, direct?.delayMs ?? null, direct?.receivedBytes ?? null);
  }

  #source(): LiveSource {
    const player = this;
    return {
      get watchUrl() {
        return player.getAttribute('watch-url') ?? '';
      },
      get interrupted() {
        return player.getAttribute('status') === 'interrupted';
      },
      hasEnded: () => this.#hasEnded(),
    };
  }

  async #hasEnded(): Promise<boolean> {
    const { signal } = this.scope;
    let post: LivePost;
    try {
      post = await fetchLive(Number(this.getAttribute('live-id')), signal);
    } catch {
      return false;
    }
    if (signal.aborted) return true;
    if (post.live?.status !== 'ended') return false;
    this.#setState('ended');
    this.emit('live-ended', { live_id: post.id, post });
    return true;
  }

  #toggle(): void {
    if (this.#stage.paused) this.#stage.play();
    else this.#stage.pause();
  }

  #showAttributes(): void {
    const started = this.getAttribute('started-at');
    if (started) this.#badge.setAttribute('started-at', started);
    this.#badge.hidden = this.getAttribute('status') === 'waiting';
    this.#viewers.value = Number(this.getAttribute('viewers') ?? 0);
  }

  #setState(state: PlayerState): void {
    if (this.#state === state || this.#state === 'ended') return;
    this.#state = state;
    this.dataset.state = state;
    this.#status.textContent = text()[state];
    this.emit('player-state', { state });
  }
}

/** The member has told the browser to save data. */
function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

define('live-player', LivePlayer);
