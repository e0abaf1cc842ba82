import { quote } from './chat-entry.js';
import {
  authorName, countCharacters, MAX_CHARACTERS, newClientId, type ChatDraft, type ChatMessage, type ChatType,
} from './chat-message.js';
import { chatText } from './chat-texts.js';
import { h } from './dom.js';
import type { Scope } from './scope.js';

const REACTIONS = ['👍', '❤️', '😂', '👏', '🙏', '🔥'];
/** The counter appears when so few characters are left. */
const COUNTED_FROM = 80;

/** Where a member writes: the field, the quick reactions, and whom it answers. */
export class ChatComposer {
  readonly element: HTMLFormElement;
  readonly #field = h('input', {
    type: 'text', name: 'content', id: 'chat-field', autocomplete: 'off', enterkeyhint: 'send', 'aria-describedby': 'chat-left',
  });
  readonly #left = h('span', { class: 'chat-left', id: 'chat-left', hidden: true });
  readonly #answering = h('div', { class: 'chat-answering', hidden: true });
  readonly #button = h('button', { type: 'submit', class: 'button primary' }, chatText().send);
  #replyTo: number | null = null;

  constructor(
    private readonly scope: Scope,
    private readonly send: (draft: ChatDraft) => void,
  ) {
    const reactions = REACTIONS.map((emoji) => {
      const button = h('button', { type: 'button', class: 'chat-reaction', 'aria-label': chatText().react(emoji) }, emoji);
      scope.listen(button, 'click', () => this.#say(emoji, 'reaction'));
      return button;
    });
    this.element = h(
      'form',
      { class: 'chat-composer' },
      h('div', { class: 'chat-reactions' }, ...reactions),
      this.#answering,
      h(
        'div',
        { class: 'field' },
        h('label', { for: 'chat-field', class: 'visually-hidden' }, chatText().field),
        h('div', { class: 'chat-line' }, this.#field, this.#button),
        this.#left,
      ),
    );
    this.#field.placeholder = chatText().field;
    scope.listen(this.#field, 'input', () => this.#count());
    scope.listen(this.element, 'submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    scope.listen<KeyboardEvent>(this.#field, 'keydown', (event) => {
      if (event.key === 'Escape' && this.#replyTo !== null) this.#endAnswer();
    });
  }

  /** The next message answers this one. */
  answer(message: ChatMessage): void {
    this.#replyTo = message.id;
    const cancel = h(
      'button',
      { type: 'button', class: 'chat-reply', 'aria-label': chatText().cancelReply, title: chatText().cancelReply },
      '✕',
    );
    this.scope.listen(cancel, 'click', () => this.#endAnswer());
    const line = quote(message);
    line.setAttribute('aria-label', chatText().answering(authorName(message)));
    this.#answering.replaceChildren(line, cancel);
    this.#answering.hidden = false;
    this.#field.focus();
  }

  #submit(): void {
    const length = countCharacters(this.#field.value);
    if (length === 0 || length > MAX_CHARACTERS) {
      this.#field.focus();
      return;
    }
    this.#say(this.#field.value.trim(), 'text');
    this.#field.value = '';
    this.#count();
    this.#field.focus();
  }

  #say(content: string, type: ChatType): void {
    this.send({ client_id: newClientId(), content, type, reply_to: this.#replyTo });
    this.#endAnswer();
  }

  #endAnswer(): void {
    const hadFocus = this.#answering.contains(document.activeElement);
    this.#replyTo = null;
    this.#answering.hidden = true;
    if (hadFocus) this.#field.focus();
  }

  #count(): void {
    const left = MAX_CHARACTERS - countCharacters(this.#field.value);
    this.#left.hidden = left > COUNTED_FROM;
    this.#left.textContent = left > COUNTED_FROM ? '' : chatText().left(left);
    this.#left.classList.toggle('over', left < 0);
    this.#button.disabled = left < 0;
    this.#field.setAttribute('aria-invalid', String(left < 0));
  }
}
