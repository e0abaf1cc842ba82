import { fetchLive } from './live-api.js';
import { LiveExtent } from './live-extent.js';
import type { LiveSource, Playback } from './playback.js';
import type { PlaybackStage } from './playback-stage.js';
import { RewindPlayback } from './rewind-playback.js';
import type { Scope } from './scope.js';
import type { SeekableMedia } from './seek-controls.js';
import { stillAddress } from './stills.js';

const LOOK_MS = 250;
/** How often the server is asked how long the live is, while its newest instant is not here. */
const ASK_MS = 10_000;
/** An interrupted live shows nothing to who comes now, but can be gone back in. */
const FIRST_ASK_MS = 1_000;
/** Going closer to the edge than this is going live. */
const EDGE_SECONDS = 2;
/** Who has caught up so far is live. */
const CAUGHT_UP_SECONDS = 0.8;

/**
 * Goes through a live while it runs: at its edge by one playback, earlier by a {@link RewindPlayback}, which take turns on the
 * stage. Event: `change`, whenever the place has changed, and a few times a second.
 */
export class LiveRewind extends EventTarget implements SeekableMedia {
  readonly #extent = new LiveExtent();
  #rewind: RewindPlayback | null = null;
  #rate = 1;
  #playsWhenShown = false;

  constructor(
    private readonly stage: PlaybackStage,
    private readonly source: LiveSource,
    /** Makes what plays the live at its edge. */
    private readonly live: () => Playback,
    /** Whether small pictures of other moments may be fetched. */
    private readonly mayFetchStills: () => boolean,
    scope: Scope,
  ) {
    super();
    scope.listen(stage, 'joined', () => this.#shown());
    for (const type of ['play', 'pause', 'change']) scope.listen(stage, type, () => this.#tell());
    scope.interval(() => this.#look(), LOOK_MS);
    scope.timeout(() => void this.#ask(scope.signal), FIRST_ASK_MS);
    scope.interval(() => void this.#ask(scope.signal), ASK_MS);
  }

  get position(): number {
    return this.#rewind?.position ?? this.stage.current?.currentTime ?? this.duration;
  }

  get duration(): number {
    return this.#extent.at(performance.now());
  }

  /** Whether the picture is an earlier one, or stands still while the live goes on. */
  get isBehind(): boolean {
    return this.#rewind !== null || (this.stage.paused && this.duration - this.position > EDGE_SECONDS);
  }

  /** Whether an earlier moment is played, or is about to be. */
  get isRewinding(): boolean {
    return this.#rewind !== null;
  }

  get paused(): boolean {
    return this.stage.paused && !this.#playsWhenShown;
  }

  /** Goes to an instant of the live; close to the edge, to the edge. */
  seek(seconds: number): void {
    if (this.duration === 0) return; // nothing is known of it yet
    if (seconds >= this.duration - EDGE_SECONDS) this.goLive();
    else if (this.#rewind) this.#rewind.seek(seconds);
    else this.#showFrom(seconds);
    this.#tell();
  }

  readonly stillOf = (seconds: number): string | null =>
    this.mayFetchStills() ? stillAddress(this.source.watchUrl, seconds) : null;

  setSpeed(rate: number): void {
    this.#rate = rate;
    if (this.#rewind) this.#rewind.rate = rate;
  }

  /** Pauses, or goes on where the picture stood still. */
  toggle(): void {
    if (!this.stage.paused) {
      this.stage.pause();
    } else if (!this.#rewind && this.isBehind) {
      this.#showFrom(this.position);
      this.#playsWhenShown = true;
    } else {
      this.stage.play();
    }
    this.#tell();
  }

  /** Goes to the edge and stays there. */
  goLive(): void {
    const rewind = this.#rewind;
    this.#rewind = null;
    this.#rate = 1;
    if (rewind && this.stage.current === rewind) {
      this.stage.show(this.live());
      this.#playsWhenShown = true;
    } else {
      if (rewind) this.stage.dropNext();
      if (this.stage.paused) this.stage.play();
    }
    this.#tell();
  }

  #showFrom(seconds: number): void {
    const rewind = new RewindPlayback(this.source, seconds, () => this.duration);
    rewind.rate = this.#rate;
    this.#rewind = rewind;
    this.#playsWhenShown = false;
    this.stage.show(rewind);
  }

  #shown(): void {
    if (this.#playsWhenShown) this.stage.play();
    this.#playsWhenShown = false;
    this.#tell();
  }

  #look(): void {
    const nowMs = performance.now();
    const { current } = this.stage;
    this.#extent.setRunning(!this.source.interrupted, nowMs);
    if (current && current !== this.#rewind && !(current instanceof RewindPlayback) && !current.paused) {
      const { currentTime, behindSeconds } = current;
      if (currentTime !== null) this.#extent.note(currentTime + (behindSeconds ?? 0), nowMs);
    }
    const rewind = this.#rewind;
    if (rewind && current === rewind && !rewind.paused && rewind.behindSeconds < CAUGHT_UP_SECONDS) this.goLive();
    this.#tell();
  }

  async #ask(signal: AbortSignal): Promise<void> {
    if (!this.isBehind && this.stage.current?.currentTime != null) return;
    const liveId = this.source.liveId;
    try {
      const { live } = await fetchLive(liveId, signal);
      if (live?.duration) this.#extent.note(live.duration, performance.now());
    } catch {
      // Offline: the live goes on as it did, as far as one knows.
    }
  }

  #tell(): void {
    this.dispatchEvent(new Event('change'));
  }
}
