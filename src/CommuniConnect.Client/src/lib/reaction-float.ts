import { h } from './dom.js';
import type { Scope } from './scope.js';

/** More than this at once would hide the picture. */
const MOST_FLOATING = 30;
const MOST_AT_ONCE = 8;
const FLOAT_MS = 2600;
/** Those of one moment do not rise as one block. */
const SPREAD_MS = 600;
/** What a chat is beside: a live, its replay, or the studio's preview. */
const PICTURES = 'live-player, replay-player .player, live-studio .player';
const HIDDEN_KEY = 'communiconnect.chat.no-reactions';

/** Lets reactions rise over the picture. Nothing moves for whoever asked the device for less motion. */
export class ReactionFloat {
  readonly #layer = h('div', { class: 'reaction-layer', 'aria-hidden': true });
  readonly #stillness = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(private readonly scope: Scope) {
    scope.onDispose(() => this.#layer.remove());
  }

  /** The reader's choice; kept on this device. */
  get wanted(): boolean {
    try {
      return localStorage.getItem(HIDDEN_KEY) === null;
    } catch {
      return true;
    }
  }

  set wanted(wanted: boolean) {
    try {
      if (wanted) localStorage.removeItem(HIDDEN_KEY);
      else localStorage.setItem(HIDDEN_KEY, 'yes');
    } catch {
      // Storage may be switched off; the choice then does not last.
    }
    if (!wanted) this.#layer.replaceChildren();
  }

  /** Shows one emoji some times. */
  float(emoji: string, count: number): void {
    const picture = document.querySelector(PICTURES);
    if (!picture || this.#stillness.matches || document.hidden || !this.wanted) return;
    if (this.#layer.parentElement !== picture) picture.append(this.#layer);
    const room = MOST_FLOATING - this.#layer.childElementCount;
    for (let index = 0; index < Math.min(count, MOST_AT_ONCE, room); index++) {
      this.scope.timeout(() => this.#rise(emoji), Math.random() * SPREAD_MS);
    }
  }

  #rise(emoji: string): void {
    const one = h('span', {}, emoji);
    one.style.left = `${70 + Math.random() * 25}%`;
    this.#layer.append(one);
    this.scope.timeout(() => one.remove(), FLOAT_MS);
  }
}
