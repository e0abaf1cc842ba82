import { serverNowMs } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { clock } from '../lib/format.js';
import { text } from '../lib/texts.js';

/** `EN DIRECT 01:23`. Attribute: `started-at` (ISO time); without it only the words are shown. */
export class LiveBadge extends ScopedElement {
  static readonly observedAttributes = ['started-at'];
  #time: HTMLTimeElement | null = null;

  attributeChangedCallback(): void {
    this.#show();
  }

  protected mount(): void {
    this.classList.add('badge', 'live');
    this.#time = h('time', { class: 'elapsed' });
    this.replaceChildren(h('span', {}, text().onAir), ' ', this.#time);
    // Twice a second, so that no second is skipped when a tick comes late.
    this.scope.interval(() => this.#show(), 500);
    this.#show();
  }

  #show(): void {
    if (!this.#time) return;
    const started = Date.parse(this.getAttribute('started-at') ?? '');
    const words = Number.isNaN(started) ? '' : clock((serverNowMs() - started) / 1000);
    if (this.#time.textContent !== words) this.#time.textContent = words;
  }
}

define('live-badge', LiveBadge);
