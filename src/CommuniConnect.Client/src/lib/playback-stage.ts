import { h } from './dom.js';
import type { ControlledMedia } from './media-controls.js';
import type { Playback } from './playback.js';
import { Scope } from './scope.js';

const PASSED_ON = ['play', 'pause', 'volumechange', 'statechange', 'joined', 'soundblocked'] as const;

/**
 * Where playbacks take turns: the next one prepares itself unseen and unheard, and takes the place of the one before with its
 * first picture. Volume, mute and pause belong to the stage and outlive a change. Passes the events of the playback in
 * place on; `change` says that there is another one.
 */
export class PlaybackStage extends EventTarget implements ControlledMedia {
  readonly element = h('div', { class: 'player-stage' });
  #current: Playback | null = null;
  #currentScope = new Scope();
  #next: { playback: Playback; scope: Scope } | null = null;
  #volume = 1;
  #muted = false;

  /** What is seen and heard, or null before anything was shown. */
  get current(): Playback | null {
    return this.#current;
  }

  /** What prepares itself to be shown, or null. */
  get next(): Playback | null {
    return this.#next?.playback ?? null;
  }

  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = volume;
    if (this.#current) this.#current.volume = volume;
    else this.#tell('volumechange');
  }

  get muted(): boolean {
    return this.#current?.muted ?? this.#muted;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    if (this.#current) this.#current.muted = muted;
    else this.#tell('volumechange');
  }

  get paused(): boolean {
    return this.#current?.paused ?? false;
  }

  play(): void {
    this.#current?.play();
  }

  pause(): void {
    this.#current?.pause();
  }

  async requestPictureInPicture(): Promise<void> {
    await this.#current?.requestPictureInPicture();
  }

  /** Starts a playback; it comes into place at once when there is none, else with its first picture. */
  show(playback: Playback): void {
    this.dropNext();
    playback.volume = this.#volume;
    if (!this.#current) {
      playback.muted = this.#muted;
      this.#place(playback);
      playback.start();
      return;
    }
    const scope = new Scope();
    this.#next = { playback, scope };
    playback.muted = true;
    playback.element.classList.add('waiting');
    this.element.append(playback.element);
    scope.listen(playback, 'joined', () => this.#swap(), { once: true });
    playback.start();
  }

  /** Gives up what prepares itself. */
  dropNext(): void {
    const next = this.#next;
    this.#next = null;
    next?.scope.dispose();
    next?.playback.stop();
    next?.playback.element.remove();
  }

  /** Ends everything. */
  clear(): void {
    this.dropNext();
    this.#currentScope.dispose();
    this.#current?.stop();
    this.#current?.element.remove();
    this.#current = null;
  }

  #swap(): void {
    const before = this.#current!;
    const { playback, scope } = this.#next!;
    this.#next = null;
    scope.dispose();
    const { muted, paused } = before;
    this.#currentScope.dispose();
    before.stop();
    before.element.remove();
    playback.volume = this.#volume;
    playback.muted = muted;
    playback.element.classList.remove('waiting');
    this.#place(playback);
    if (paused) playback.pause();
    this.#tell('joined');
  }

  #place(playback: Playback): void {
    this.#current = playback;
    const scope = new Scope();
    this.#currentScope = scope;
    for (const type of PASSED_ON) scope.listen(playback, type, () => this.#tell(type));
    if (playback.element.parentElement !== this.element) this.element.append(playback.element);
    this.#tell('change');
    this.#tell('volumechange');
    this.#tell('statechange');
  }

  #tell(type: string): void {
    this.dispatchEvent(new Event(type));
  }
}
