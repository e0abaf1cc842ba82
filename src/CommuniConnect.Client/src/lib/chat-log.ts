import { messageEntry } from './chat-entry.js';
import type { ChatMessage } from './chat-message.js';
import { chatText } from './chat-texts.js';
import { h } from './dom.js';
import type { Scope } from './scope.js';

/** Entries kept on the page: a phone must not carry a whole evening. */
const SHOWN = 300;
/** This near to the end counts as being there, in CSS pixels. */
const NEAR_PX = 48;
/** More messages than this within CALM_MS are not read aloud: nobody could listen to them. */
const SPOKEN = 5;
const CALM_MS = 4000;

/** The list of messages: stays at its end unless the reader has scrolled up. */
export class ChatLog {
  readonly element: HTMLElement;
  readonly #list = h('ol', { class: 'chat-list' });
  readonly #outbox = h('ol', { class: 'chat-list' });
  readonly #empty = h('p', { class: 'empty' }, chatText().nobody);
  readonly #scroller: HTMLElement;
  readonly #more = h('button', { type: 'button', class: 'button primary chat-more', hidden: true }, chatText().newMessages);
  readonly #messages = new Map<number, ChatMessage>();
  #sticking = true;
  #spoken = 0;

  constructor(
    private readonly scope: Scope,
    private readonly meId: number,
  ) {
    this.#scroller = h(
      'div',
      { class: 'chat-log', role: 'log', 'aria-live': 'off', 'aria-label': chatText().log, tabindex: 0 },
      this.#empty, this.#list, this.#outbox,
    );
    this.element = h('div', { class: 'chat-frame' }, this.#scroller, this.#more);
    scope.listen(this.#scroller, 'scroll', () => this.#scrolled(), { passive: true });
    scope.listen(this.#more, 'click', () => this.stick());
    const resized = new ResizeObserver(() => this.#sticking && this.#toEnd());
    resized.observe(this.#scroller);
    scope.onDispose(() => resized.disconnect());
  }

  find(id: number): ChatMessage | undefined {
    return this.#messages.get(id);
  }

  /** Adds messages after all others. */
  append(messages: readonly ChatMessage[]): void {
    if (messages.length === 0) return;
    this.#speak(messages.length);
    const entries = messages.slice(-SHOWN).map((message) => {
      this.#messages.set(message.id, message);
      const answered = message.reply_to === null ? undefined : this.#messages.get(message.reply_to);
      return messageEntry(message, answered, message.author.id === this.meId);
    });
    this.#list.append(...entries);
    this.#empty.hidden = true;
    if (this.#sticking) this.#trim();
    this.#settle();
  }

  /** Shows these instead, as if they had always been there. */
  replace(messages: readonly ChatMessage[]): void {
    this.#list.replaceChildren();
    this.#messages.clear();
    this.#empty.hidden = true;
    this.#sticking = true;
    this.append(messages);
  }

  /** Shows a message of one's own that is not saved yet; it stands below all others. */
  addDraft(entry: HTMLElement): void {
    this.#outbox.append(entry);
    this.#empty.hidden = true;
    this.stick();
  }

  /** Goes to the newest and stays there. */
  stick(): void {
    this.#sticking = true;
    this.#trim();
    this.#settle();
  }

  #settle(): void {
    if (this.#sticking) this.#toEnd();
    this.#more.hidden = this.#sticking;
  }

  #toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#sticking = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (this.#sticking) this.#more.hidden = true;
  }

  #trim(): void {
    while (this.#list.childElementCount > SHOWN) {
      const oldest = this.#list.firstElementChild as HTMLElement;
      this.#messages.delete(Number(oldest.dataset['id']));
      oldest.remove();
    }
  }

  #speak(count: number): void {
    this.#spoken += count;
    this.scope.timeout(() => {
      this.#spoken -= count;
      if (this.#spoken <= SPOKEN) this.#scroller.setAttribute('aria-live', 'polite');
    }, CALM_MS);
    this.#scroller.setAttribute('aria-live', this.#spoken <= SPOKEN ? 'polite' : 'off');
  }
}
