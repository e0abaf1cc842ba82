import { h } from './dom.js';
import { bytes } from './format.js';
import { lang } from './lang.js';
import type { PlayMode, Wish } from './play-mode.js';
import { text } from './texts.js';

/** The badge that says how the live is played and how far away it is; a press on it offers the other ways. */
export class ModeBadge {
  readonly #words = h('span', { class: 'mode-words', 'aria-hidden': 'true' });
  readonly #select = h('select', { class: 'mode-select', 'aria-label': text().playMode });
  readonly #received = h('option', { disabled: true });
  readonly element = h('label', { class: 'stat mode' }, this.#words, this.#select);

  constructor(onWish: (wish: Wish) => void) {
    const t = text();
    const names: Record<Wish, string> = {
      auto: t.modeAuto, direct: t.modeDirect, small: t.modeSmall, comfort: t.modeComfort, economy: t.modeEconomy, sound: t.modeSound,
    };
    const options = Object.entries(names).map(([wish, name]) => h('option', { value: wish }, name));
    this.#select.append(...options, this.#received);
    this.#select.addEventListener('change', () => onWish(this.#select.value as Wish));
  }

  /** Whether there is anything to choose. */
  set isChoice(isChoice: boolean) {
    this.#select.hidden = !isChoice;
  }

  /** Shows what is wished for, when it was not wished for here. */
  set wish(wish: Wish) {
    this.#select.value = wish;
  }

  /** Shows the mode, whether Direct is with the small picture, the delay in milliseconds, and what was received. */
  show(mode: PlayMode, isSmall: boolean, delayMs: number | null, receivedBytes: number | null): void {
    const t = text();
    const name = { direct: isSmall ? t.smallPicture : t.direct, comfort: t.comfort, economy: t.economy, sound: t.soundOnly }[mode];
    const received = receivedBytes === null ? null : bytes(receivedBytes, lang());
    const saves = mode === 'economy' || mode === 'sound';
    const detail = saves ? received : delayMs === null ? null : t.delayOf(Math.max(0, delayMs).toLocaleString(lang()));
    const words = detail === null ? name : `${name} · ${detail}`;
    if (this.#words.textContent !== words) this.#words.textContent = words;
    const line = received === null ? '' : t.received(received);
    if (this.#received.textContent !== line) this.#received.textContent = line;
    this.#received.hidden = received === null;
  }
}
