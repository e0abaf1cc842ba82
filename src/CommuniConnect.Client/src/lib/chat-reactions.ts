import type { ReactionCounts } from './chat-message.js';
import { chatText } from './chat-texts.js';
import { h } from './dom.js';
import { lang } from './lang.js';
import type { ReactionFloat } from './reaction-float.js';
import type { Scope } from './scope.js';

const REACTIONS = ['👍', '❤️', '😂', '👏', '🙏', '🔥'];

/** The quick reactions with how often each was given. One's own rises at once, before the server counts it. */
export class ChatReactions {
  readonly element: HTMLElement;
  readonly #counts = new Map<string, { button: HTMLElement; count: HTMLElement }>();
  /** Risen already, not counted by the server yet. */
  readonly #own = new Map<string, number>();

  constructor(
    scope: Scope,
    private readonly float: ReactionFloat,
    react: (emoji: string) => void,
  ) {
    this.element = h('div', { class: 'chat-reactions', role: 'group', 'aria-label': chatText().reactions });
    for (const emoji of REACTIONS) {
      const count = h('span', { class: 'chat-reaction-count' });
      const button = h('button', { type: 'button', class: 'chat-reaction', 'aria-label': chatText().react(emoji, 0) }, emoji, count);
      scope.listen(button, 'click', () => {
        this.#own.set(emoji, (this.#own.get(emoji) ?? 0) + 1);
        float.float(emoji, 1);
        react(emoji);
      });
      this.#counts.set(emoji, { button, count });
      this.element.append(button);
    }
  }

  /** Shows what came, and how many there are. */
  show(added: ReactionCounts, totals: ReactionCounts): void {
    for (const [emoji, times] of Object.entries(added)) {
      const own = Math.min(this.#own.get(emoji) ?? 0, times);
      this.#own.set(emoji, (this.#own.get(emoji) ?? 0) - own);
      this.float.float(emoji, times - own);
    }
    for (const [emoji, total] of Object.entries(totals)) {
      const shown = this.#counts.get(emoji);
      if (!shown) continue;
      shown.count.textContent = total > 0 ? total.toLocaleString(lang(), { notation: 'compact' }) : '';
      shown.button.setAttribute('aria-label', chatText().react(emoji, total));
    }
  }
}
