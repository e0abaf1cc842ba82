import { h } from './dom.js';
import { text } from './texts.js';

const DECLINED_KEY = 'communiconnect.economy-declined';

/** A small bar that proposes to save data. It takes no focus, and who has said no is not asked again in this tab. */
export class EconomyOffer {
  /** Empty until there is something to say, so that assistive technology hears it come. */
  readonly element = h('div', { class: 'economy-offer', role: 'status' });
  #isOver = wasDeclined();

  /** @param onAccept The viewer has said yes. */
  constructor(private readonly onAccept: () => void) {}

  /** Proposes it, once. */
  make(): void {
    if (this.#isOver || this.element.hasChildNodes()) return;
    const t = text();
    const yes = h('button', { type: 'button', class: 'offer-answer' }, t.yes);
    const no = h('button', { type: 'button', class: 'offer-answer' }, t.no);
    yes.addEventListener('click', () => {
      this.#end();
      this.onAccept();
    });
    no.addEventListener('click', () => {
      this.#end();
      remember();
    });
    this.element.append(h('span', {}, t.economyOffer), yes, no);
  }

  /** Takes it back: it is of no use any more. */
  withdraw(): void {
    this.element.replaceChildren();
  }

  #end(): void {
    this.#isOver = true;
    // The button that was pressed goes away: keys go on working on the player.
    this.element.closest<HTMLElement>('[tabindex]')?.focus();
    this.element.replaceChildren();
  }
}

function wasDeclined(): boolean {
  try {
    return sessionStorage.getItem(DECLINED_KEY) !== null;
  } catch {
    return false;
  }
}

function remember(): void {
  try {
    sessionStorage.setItem(DECLINED_KEY, '1');
  } catch {
    // Storage may be switched off; then it is remembered for this page only.
  }
}
