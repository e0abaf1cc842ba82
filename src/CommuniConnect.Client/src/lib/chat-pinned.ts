import { contentOf } from './chat-entry.js';
import { authorName, type ChatMessage } from './chat-message.js';
import { chatText } from './chat-texts.js';
import { h } from './dom.js';

/** The message that stays in sight above all others. */
export class ChatPinned {
  readonly element = h('div', { class: 'chat-pinned', role: 'note', 'aria-label': chatText().pinned, hidden: true });
  #shown = '';

  /** Shows a message, or nothing for null; `canUnpin` gives the button that takes it away, with `data-unpin`. */
  show(message: ChatMessage | null, canUnpin: boolean): void {
    const shown = JSON.stringify([message, canUnpin]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.hidden = message === null;
    this.element.replaceChildren();
    if (message === null) return;
    const content = contentOf(message);
    for (const link of content.querySelectorAll('a')) link.tabIndex = 0;
    this.element.replaceChildren(
      h('div', { class: 'chat-pinned-text' },
        h('span', { class: 'chat-pin', 'aria-hidden': true }, '📌 '),
        h('bdi', { class: 'chat-author' }, authorName(message)), ' ', content),
    );
    if (canUnpin) {
      this.element.append(h('button', {
        type: 'button', class: 'chat-reply', 'data-unpin': true, 'aria-label': chatText().unpin, title: chatText().unpin,
      }, '✕'));
    }
  }
}
