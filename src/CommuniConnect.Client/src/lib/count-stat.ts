import { h } from './dom.js';
import { lang } from './lang.js';
import { text } from './texts.js';

/** A number with its fixed label, as scripts and people know it: `12 spectateurs`. */
export class CountStat {
  readonly element: HTMLElement;
  readonly #value = h('strong', {}, '0');

  constructor(kind: 'viewers' | 'messages') {
    this.element = h('span', { class: `stat ${kind}` }, this.#value, ' ', h('span', {}, text()[kind]));
  }

  set value(count: number) {
    const words = count.toLocaleString(lang());
    if (this.#value.textContent !== words) this.#value.textContent = words;
  }
}
