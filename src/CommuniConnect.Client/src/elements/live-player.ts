import { ComfortPlayback } from '../lib/comfort-playback.js';
import { CountStat } from '../lib/count-stat.js';
import { savesData } from '../lib/data-saver.js';
import { DirectPlayback } from '../lib/direct-playback.js';
import { canPlayDirect } from '../lib/direct-support.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { delay } from '../lib/format.js';
import { EconomyOffer } from '../lib/economy-offer.js';
import { fetchLive, type LivePost } from '../lib/live-api.js';
import { LiveRewind } from '../lib/live-rewind.js';
import { MediaControls } from '../lib/media-controls.js';
import { ModeBadge } from '../lib/mode-badge.js';
import { pictureOrPatience } from '../lib/picture-or-patience.js';
import { ECONOMY_SECONDS, ModeChoice, type PlayMode, type Wish } from '../lib/play-mode.js';
import { RenditionFollower } from '../lib/rendition-follower.js';
import type { LiveSource, Playback, PlayerState, PlayerStats } from '../lib/playback.js';
import { PlaybackStage } from '../lib/playback-stage.js';
import { SeekControls } from '../lib/seek-controls.js';
import { ServerClock } from '../lib/server-clock.js';
import { text } from '../lib/texts.js';
import { isSlowLink, WeakNetwork } from '../lib/weak-network.js';
import './live-badge.js';
import type { ReplayStart } from './replay-player.js';

const LOOK_MS = 500;
/** A link that has died holds a question for minutes. */
const ANSWER_MS = 5000;
const NO_STATS: PlayerStats = { joinMs: null, behindMs: null, stalls: 0, framesDecoded: 0 };

/**
 * Plays a live at its edge, in the way that fits browser, network and wish, or from any earlier moment on. Attributes: `live-id`, `watch-url`, `started-at`, `viewers`, `status`.
 * Events: `player-state` {state}, `live-ended` {live_id, post}.
 */
export class LivePlayer extends ScopedElement {
  static readonly observedAttributes = ['started-at', 'viewers', 'status'];

  readonly #status = h('p', { class: 'player-status', role: 'status' });
  readonly #soundButton = h('button', { type: 'button', class: 'button sound-on', hidden: true });
  readonly #badge = h('live-badge' as 'span');
  readonly #viewers = new CountStat('viewers');
  readonly #behind = h('span', { class: 'behind' });
  readonly #edgeButton = h('button', { type: 'button', class: 'to-edge', hidden: true });
  #stage = new PlaybackStage();
  #rewind: LiveRewind | null = null;
  #state: PlayerState | null = null;
  #choice = new ModeChoice(false, false);
  #modes = new WeakMap<Playback, PlayMode>();
  #clock = new ServerClock();
  #network = new WeakNetwork(false);
  #renditions = new RenditionFollower();

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
    return playback instanceof DirectPlayback || playback instanceof ComfortPlayback ? playback.delayMs : null;
  }

  /** How far the picture is behind the newest instant of the live, in seconds; null while that is not known. */
  get behindSeconds(): number | null {
    const rewind = this.#rewind;
    return rewind?.isBehind ? rewind.duration - rewind.position : (this.#stage.current?.behindSeconds ?? null);
  }

  /** How the replay goes on from here should the live be over; null at the edge, where one has seen it all. */
  get replayStart(): ReplayStart | null {
    const { muted } = this.#stage;
    return this.#rewind?.isBehind
      ? { liveSeconds: this.#rewind.position, playing: !this.#rewind.paused, muted }
      : null;
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
    const mode = new ModeBadge((wish) => this.#wish(wish));
    const offer = new EconomyOffer(() => {
      mode.wish = 'economy';
      this.#wish('economy');
    });
    this.#network = new WeakNetwork(isSlowLink());
    const rewind = new LiveRewind(stage, this.#source(), () => this.#livePlayback(), () => !this.#choice.isEconomical, scope);
    this.#rewind = rewind;
    const controls = new MediaControls(this, stage.element, stage, scope, () => rewind.toggle());
    const seek = new SeekControls(rewind, scope);
    this.#edgeButton.replaceChildren(this.#behind, h('span', {}, text().backToLive));
    this.replaceChildren(
      stage.element,
      h('div', { class: 'player-top' }, this.#badge, this.#viewers.element, mode.element, this.#edgeButton, offer.element, controls.note),
      this.#soundButton,
      this.#status,
      h('div', { class: 'player-bar' },
        seek.track, controls.playButton, seek.backButton, seek.forwardButton, controls.muteButton, controls.volume, seek.time,
        h('span', { class: 'spacer' }), seek.speed, controls.pipButton, controls.fullButton),
    );
    this.#showAttributes();

    scope.listen(this.#soundButton, 'click', () => {
      controls.setVolume(stage.volume || 1);
      this.#hideSoundButton();
    });
    scope.listen(stage, 'volumechange', () => {
      if (!stage.muted) this.#hideSoundButton();
    });
    scope.listen(stage, 'soundblocked', () => (this.#soundButton.hidden = false));
    scope.listen(stage, 'statechange', () => this.#setState(stage.current!.state));
    scope.listen<KeyboardEvent>(this, 'keydown', (event) => void (controls.handleKey(event) || seek.handleKey(event)));
    scope.listen(this.#edgeButton, 'click', () => {
      this.focus(); // the button goes away
      rewind.goLive();
    });
    scope.listen(rewind, 'change', () => this.#showPlace(rewind, seek));
    this.#showPlace(rewind, seek);
    scope.onDispose(() => stage.clear());
    void pictureOrPatience().then(() => this.#clock.keep(scope));
    this.#choose();
    scope.interval(() => {
      this.#choose();
      if (stage.current instanceof DirectPlayback) this.#renditions.follow(stage.current);
      this.#showMode(mode);
      this.#offerEconomy(offer);
    }, LOOK_MS);
    scope.listen(stage, 'change', () => this.#showMode(mode));
  }

  #hideSoundButton(): void {
    if (document.activeElement === this.#soundButton) this.focus(); // it goes away
    this.#soundButton.hidden = true;
  }

  #wish(wish: Wish): void {
    this.#choice.wish = wish;
    this.#renditions.wantsSmall = wish === 'small';
    this.#choose();
  }

  /** Has the live played as it is best played now; the change is seen with the first picture of the other way. */
  #choose(): void {
    const stage = this.#stage;
    if (stage.paused || this.#rewind!.isRewinding || this.#state === 'ended') return;
    const wanted = this.#choice.mode(performance.now());
    if (stage.current && this.#modes.get(stage.current) === wanted) {
      stage.dropNext();
    } else if (!stage.next || this.#modes.get(stage.next) !== wanted) {
      stage.show(this.#playback(wanted));
    }
  }

  /** What plays the live at its edge as it is best played now. */
  #livePlayback(): Playback {
    return this.#playback(this.#choice.mode(performance.now()));
  }

  #playback(mode: PlayMode): Playback {
    const source = this.#source();
    const every = mode === 'economy' ? ECONOMY_SECONDS : null;
    const playback =
      mode === 'comfort' ? new ComfortPlayback(source, this.#clock) : new DirectPlayback(source, this.#clock, mode !== 'sound', every);
    this.#modes.set(playback, mode);
    if (mode === 'direct' && playback instanceof DirectPlayback) {
      if (this.#stage.current instanceof ComfortPlayback) this.#renditions.wasTooMuch();
      this.#renditions.take(playback, this.scope);
      this.scope.listen(playback, 'stall', () => {
        if (!this.#renditions.stalled(playback)) this.#choice.stalled(performance.now());
      });
    }
    this.scope.listen(playback, 'unfit', () => {
      this.#choice.unfit(performance.now());
      this.#choose();
    });
    return playback;
  }

  /** Asks whether data should be saved where the network does not carry the live as it is. */
  #offerEconomy(offer: EconomyOffer): void {
    const { current } = this.#stage;
    if (!current || this.#rewind!.isRewinding || !this.#choice.hasAny(performance.now()) || this.#choice.isEconomical || this.#state === 'ended') {
      offer.withdraw();
      return;
    }
    if (this.getAttribute('status') === 'interrupted') return; // it is not this network
    const stalls = current instanceof ComfortPlayback ? current.standstills : current.stats.stalls;
    if (this.#network.isWeak(current, stalls, performance.now())) offer.make();
  }

  #showMode(badge: ModeBadge): void {
    const playback = this.#stage.current;
    if (!playback) return;
    const mode = this.#modes.get(playback);
    badge.element.hidden = mode === undefined; // an earlier moment is played in one way only
    if (mode === undefined) {
      delete this.dataset.mode;
      delete this.dataset.rendition;
      return;
    }
    this.dataset.mode = mode;
    const direct = playback instanceof DirectPlayback ? playback : null;
    const isSmall = direct?.shownRendition === 'small';
    this.dataset.rendition = isSmall ? 'small' : 'main';
    badge.isChoice = this.#choice.hasAny(performance.now());
    badge.show(mode, isSmall, this.delayMs, direct?.receivedBytes ?? null);
  }

  #showPlace(rewind: LiveRewind, seek: SeekControls): void {
    const { isBehind } = rewind;
    seek.show();
    // Faster than it happens is possible only behind it.
    seek.speed.hidden = !isBehind;
    if (!isBehind) seek.speed.value = '1';
    this.#edgeButton.hidden = !isBehind;
    const words = text().late(delay(rewind.duration - rewind.position));
    if (this.#behind.textContent !== words) this.#behind.textContent = words;
    this.#showState();
  }

  #source(): LiveSource {
    const player = this;
    return {
      get liveId() {
        return Number(player.getAttribute('live-id'));
      },
      get watchUrl() {
        return player.getAttribute('watch-url') ?? '';
      },
      get interrupted() {
        return player.getAttribute('status') === 'interrupted';
      },
      hasEnded: () => this.#hasEnded(),
    };
  }

  async #hasEnded(): Promise<boolean | null> {
    const question = this.scope.child();
    question.timeout(() => question.dispose(), ANSWER_MS);
    let post: LivePost;
    try {
      post = await fetchLive(Number(this.getAttribute('live-id')), question.signal);
    } catch {
      return null;
    } finally {
      question.dispose();
    }
    if (this.scope.signal.aborted) return true;
    if (post.live?.status !== 'ended') return false;
    this.#setState('ended');
    this.emit('live-ended', { live_id: post.id, post });
    return true;
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
    this.#showState();
    this.emit('player-state', { state });
  }

  #showState(): void {
    const state = this.#state;
    if (!state) return;
    const words = text()[state === 'playing' && this.#rewind?.isBehind ? 'playingLater' : state];
    if (this.#status.textContent !== words) this.#status.textContent = words;
  }
}

define('live-player', LivePlayer);
