import { h, iconButton } from './dom.js';
import { clock } from './format.js';
import { lang } from './lang.js';
import type { Scope } from './scope.js';
import { StillPreview } from './still-preview.js';
import { text } from './texts.js';

const STEP_SECONDS = 10;
const PAGE_SECONDS = 60;
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const SLIDER_STEP_SECONDS = 0.1;

/** What can be gone through in time: a replay, or a live while it runs. */
export interface SeekableMedia {
  /** Seconds; where one wants to be while the media is still on its way there. */
  readonly position: number;
  /** Seconds. */
  readonly duration: number;
  /** Goes somewhere; bounded by the media itself. */
  seek(seconds: number): void;
  setSpeed(rate: number): void;
  /** The address of a picture of a moment, or null where none is to be fetched. */
  stillOf?(seconds: number): string | null;
}

/** Slider, ten seconds back and forth, time and speed: the same in the replay and in a running live. */
export class SeekControls {
  readonly slider = h('input', {
    type: 'range', class: 'progress', min: 0, max: 0, step: SLIDER_STEP_SECONDS, value: 0, 'aria-label': text().progress,
  });
  /** The slider's track; a layer put into it lies under the thumb, from the first second to the last. */
  readonly track = h('div', { class: 'progress-track' }, this.slider);
  readonly backButton = iconButton('back', text().backStep, 'control step');
  readonly forwardButton = iconButton('forward', text().forwardStep, 'control step');
  readonly time = h('span', { class: 'player-time' });
  readonly speed = h('select', { class: 'speed', 'aria-label': text().speed });
  readonly #preview: StillPreview;

  constructor(
    private readonly media: SeekableMedia,
    scope: Scope,
  ) {
    this.speed.append(
      ...SPEEDS.map((rate) => h('option', { value: rate, selected: rate === 1 }, `${rate.toLocaleString(lang())} ×`)),
    );
    this.#preview = new StillPreview(this.track, this.slider, media, scope);
    scope.listen(this.slider, 'input', () => media.seek(Number(this.slider.value)));
    scope.listen(this.speed, 'change', () => media.setSpeed(this.rate));
    scope.listen(this.backButton, 'click', () => this.#step(-STEP_SECONDS));
    scope.listen(this.forwardButton, 'click', () => this.#step(STEP_SECONDS));
  }

  /** The speed chosen. */
  get rate(): number {
    return Number(this.speed.value);
  }

  /** Shows where the media is. */
  show(): void {
    const now = this.media.position;
    const all = this.media.duration;
    this.slider.max = String(all);
    this.slider.value = String(now);
    this.slider.setAttribute('aria-valuetext', text().timeOf(clock(now), clock(all)));
    this.slider.style.setProperty('--played', `${all > 0 ? (100 * now) / all : 0}%`);
    const words = `${clock(now)} / ${clock(all)}`;
    if (this.time.textContent !== words) this.time.textContent = words;
  }

  /** Handles the keys that move in time; true when the key was one of them. */
  handleKey(event: KeyboardEvent): boolean {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('select, input:not([type=range]), textarea')) {
      return false;
    }
    const onOther = target instanceof HTMLInputElement && target !== this.slider;
    const media = this.media;
    switch (event.key) {
      case 'ArrowLeft':
      case 'ArrowRight':
        if (onOther) return false;
        this.#step(event.key === 'ArrowLeft' ? -STEP_SECONDS : STEP_SECONDS);
        break;
      case 'j':
      case 'l':
        this.#step(event.key === 'j' ? -STEP_SECONDS : STEP_SECONDS);
        break;
      case 'Home':
      case 'End':
        if (onOther) return false;
        this.#goTo(event.key === 'Home' ? 0 : media.duration);
        break;
      case 'PageUp':
      case 'PageDown':
        if (target !== this.slider) return false;
        this.#step(event.key === 'PageUp' ? PAGE_SECONDS : -PAGE_SECONDS);
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }

  #step(seconds: number): void {
    const { media } = this;
    this.#goTo(Math.min(Math.max(0, media.position + seconds), media.duration));
  }

  #goTo(seconds: number): void {
    this.media.seek(seconds);
    this.#preview.showBriefly(seconds);
  }
}
