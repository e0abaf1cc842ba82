import { h } from './dom.js';
import { clock } from './format.js';
import type { Scope } from './scope.js';
import type { SeekableMedia } from './seek-controls.js';
import { stillMoment, Stills } from './stills.js';

/** The middle of a slider's thumb does not reach the slider's ends: half a thumb on either side. */
const THUMB_PX = 16;
/** How long the picture stays after a key, or after the finger has left the slider. */
const LINGER_MS = 1500;
/** How long the time alone stays while its picture is on the way. */
const LONGEST_WAIT_MS = 10_000;

/**
 * A small picture of the moment one points at on a slider, with its time, over the slider's track. Decoration: assistive
 * technology hears the time from the slider itself.
 */
export class StillPreview {
  readonly #time = h('span', { class: 'still-time' });
  readonly #picture = h('span', { class: 'still-picture' });
  readonly #element = h('span', { class: 'still-preview', hidden: true, 'aria-hidden': 'true' }, this.#picture, this.#time);
  readonly #stills: Stills;
  #cancelHiding: () => void = () => {};
  #isBrief = false;

  constructor(
    private readonly track: HTMLElement,
    slider: HTMLInputElement,
    private readonly media: SeekableMedia,
    private readonly scope: Scope,
  ) {
    this.#stills = new Stills(scope, (picture) => {
      this.#picture.replaceChildren(picture);
      if (this.#isBrief) this.#hideSoon(LINGER_MS);
    });
    track.append(this.#element);
    scope.listen<PointerEvent>(track, 'pointermove', (event) => this.#pointAt(event));
    scope.listen<PointerEvent>(track, 'pointerdown', (event) => this.#pointAt(event));
    scope.listen(track, 'pointerleave', () => this.#hide());
    scope.listen(track, 'pointercancel', () => this.#hideSoon(LINGER_MS));
    // A finger that drags may have its pointer taken by the browser; the slider goes on telling.
    scope.listen(slider, 'input', () => this.showBriefly(Number(slider.value)));
  }

  /** Shows the picture of a moment for a while: somebody went there by key. */
  showBriefly(seconds: number): void {
    this.#hideSoon(this.#show(seconds) ? LONGEST_WAIT_MS : LINGER_MS);
  }

  #pointAt(event: PointerEvent): void {
    const { left, width } = this.track.getBoundingClientRect();
    const place = (event.clientX - left - THUMB_PX / 2) / Math.max(1, width - THUMB_PX);
    this.#cancelHiding();
    this.#isBrief = false;
    const waits = this.#show(Math.min(1, Math.max(0, place)) * this.media.duration);
    if (event.pointerType === 'touch') this.#hideSoon(waits ? LONGEST_WAIT_MS : LINGER_MS);
  }

  /** True when the picture is on the way. */
  #show(seconds: number): boolean {
    const { duration, stillOf } = this.media;
    if (duration <= 0) return false;
    const address = stillOf?.(stillMoment(seconds, duration)) ?? null;
    const picture = this.#stills.want(address);
    // Until the picture of this moment is here that of a neighbour stays: a flicker says less.
    if (picture) this.#picture.replaceChildren(picture);
    else if (address === null || this.#element.hidden) this.#picture.replaceChildren();
    this.#time.textContent = clock(seconds);
    this.#element.hidden = false;
    const { offsetWidth: width } = this.track;
    const half = this.#element.offsetWidth / 2;
    const middle = THUMB_PX / 2 + (Math.min(seconds, duration) / duration) * (width - THUMB_PX);
    this.#element.style.left = `${Math.min(Math.max(half, middle), Math.max(half, width - half))}px`;
    return address !== null && !picture;
  }

  #hideSoon(afterMs: number): void {
    this.#cancelHiding();
    this.#isBrief = true;
    this.#cancelHiding = this.scope.timeout(() => this.#hide(), afterMs);
  }

  #hide(): void {
    this.#cancelHiding();
    this.#isBrief = false;
    this.#stills.want(null);
    this.#element.hidden = true;
  }
}
