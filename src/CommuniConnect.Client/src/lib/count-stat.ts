import { h } from './dom.js';
import { lang } from './lang.js';
import { text } from './texts.js';

/** A number with what it counts: `12 spectateurs`. */
export class CountStat {
  readonly element: HTMLElement;
  readonly #value = h('strong');
  readonly #label = h('span');

  constructor(private readonly kind: 'viewers' | 'messages') {
    this.element = h('span', { class: `stat ${kind}` }, this.#value, ' ', this.#label);
    this.value = 0;
  }

  set value(count: number) {
    const words = count.toLocaleString(lang());
    if (this.#value.textContent === words) return;
    this.#value.textContent = words;
    this.#label.textContent = text()[this.kind](count);
  }
}
