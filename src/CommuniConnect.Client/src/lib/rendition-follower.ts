import type { DirectPlayback } from './direct-playback.js';
import { RenditionChoice } from './rendition-choice.js';
import type { Scope } from './scope.js';

// Below this the large picture is not even tried first, in Mbit/s.
const WEAK_DOWNLINK = 1;

/** Has Direct shown the large or the small picture, as the network carries it. */
export class RenditionFollower {
  readonly #choice = new RenditionChoice();

  constructor() {
    const { downlink } = (navigator as { connection?: { downlink?: number } }).connection ?? {};
    if (downlink !== undefined && downlink > 0 && downlink < WEAK_DOWNLINK) this.#choice.weak(performance.now());
  }

  set wantsSmall(wants: boolean) {
    this.#choice.wantsSmall = wants;
  }

  /** Takes charge of a playback that has not been started. */
  take(playback: DirectPlayback, scope: Scope): void {
    playback.rendition = this.#choice.rendition(performance.now());
    scope.listen(playback, 'jump', () => {
      if (playback.hasSmall) this.#choice.jumped(performance.now());
    });
  }

  /** Direct was given up for a while: the next try begins with the small picture. */
  wasTooMuch(): void {
    this.#choice.weak(performance.now());
  }

  /** To be called twice a second with what is on stage. */
  follow(playback: DirectPlayback): void {
    const nowMs = performance.now();
    if (playback.hasSmall && playback.state === 'playing' && !document.hidden) this.#choice.look(nowMs, playback.lateMs);
    playback.rendition = this.#choice.rendition(nowMs);
  }

  /** Direct stood still. True when the small picture is the answer. */
  stalled(playback: DirectPlayback): boolean {
    const isAnswer = playback.hasSmall && this.#choice.stalled(performance.now());
    playback.rendition = this.#choice.rendition(performance.now());
    return isAnswer;
  }
}
