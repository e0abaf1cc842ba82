import type { EmojiPicker } from '../parts/emoji-picker.js';
import type { MemberName } from './chat-api.js';
import { quote } from './chat-entry.js';
import { MentionList } from './chat-mention-list.js';
import {
  authorName, countCharacters, MAX_CHARACTERS, newClientId, type ChatDraft, type ChatMessage,
} from './chat-message.js';
import { chatText } from './chat-texts.js';
import { h } from './dom.js';
import { loadPart } from './lazy-part.js';
import type { Scope } from './scope.js';
import type { WritingState } from './writing-state.js';

/** The counter appears when so few characters are left. */
const COUNTED_FROM = 80;

/** What the composer does for the member. */
export interface ComposerUse {
  send(draft: ChatDraft): void;
  /** Another wording for a message of one's own. */
  edit(message: ChatMessage, content: string): void;
  /** Members who may be meant by these letters. */
  search(letters: string): Promise<readonly MemberName[]>;
}

/** Where a member writes: the field, and whom it answers or what it corrects. */
export class ChatComposer {
  readonly element: HTMLFormElement;
  readonly #field = h('input', {
    type: 'text', name: 'content', id: 'chat-field', autocomplete: 'off', enterkeyhint: 'send', 'aria-describedby': 'chat-left chat-why chat-wait',
  });
  readonly #left = h('span', { class: 'chat-left', id: 'chat-left', hidden: true });
  readonly #why = h('p', { class: 'chat-why', id: 'chat-why', role: 'status' });
  // Counts down every second: no live region.
  readonly #wait = h('p', { class: 'chat-why', id: 'chat-wait' });
  readonly #about = h('div', { class: 'chat-answering', hidden: true });
  readonly #button = h('button', { type: 'submit', class: 'button primary' }, chatText().send);
  readonly #emoji = h('button', {
    type: 'button', class: 'chat-emoji-button', 'aria-label': chatText().emoji, title: chatText().emoji, 'aria-expanded': false,
  }, '☺');
  #replyTo: number | null = null;
  #editing: ChatMessage | null = null;
  /** What stood in the field before a message was corrected. */
  #before = '';
  #picker: Promise<EmojiPicker> | null = null;
  #closed = false;
  /** Slow mode: the next message has to wait. A correction has not. */
  #waiting = false;

  constructor(
    private readonly scope: Scope,
    private readonly use: ComposerUse,
  ) {
    const mentions = new MentionList(scope, this.#field, (letters) => use.search(letters));
    this.element = h(
      'form',
      { class: 'chat-composer' },
      this.#about,
      this.#why,
      this.#wait,
      h(
        'div',
        { class: 'field' },
        h('label', { for: 'chat-field', class: 'visually-hidden' }, chatText().field),
        mentions.element,
        h('div', { class: 'chat-line' }, this.#field, this.#emoji, this.#button),
        this.#left,
        mentions.status,
      ),
    );
    this.#field.placeholder = chatText().field;
    scope.listen(this.#field, 'input', () => this.#count());
    scope.listen(this.#emoji, 'click', () => void this.#togglePicker());
    scope.listen(this.element, 'submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    scope.listen<KeyboardEvent>(this.#field, 'keydown', (event) => {
      if (event.key === 'Escape' && (this.#replyTo !== null || this.#editing)) this.#endAbout();
    });
  }

  /** Puts something above the field. */
  prepend(element: HTMLElement): void {
    this.element.prepend(element);
  }

  /** The next message answers this one. */
  answer(message: ChatMessage): void {
    this.#endAbout();
    this.#replyTo = message.id;
    const line = quote(message);
    line.setAttribute('role', 'note');
    line.setAttribute('aria-label', chatText().answering(authorName(message)));
    this.#showAbout(line, chatText().cancelReply);
  }

  /** What is sent next takes the place of this message. */
  correct(message: ChatMessage): void {
    this.#endAbout();
    this.#before = this.#field.value;
    this.#editing = message;
    this.#field.value = message.content;
    this.#showAbout(h('span', { class: 'chat-quote' }, chatText().editing), chatText().cancelEdit);
    this.#count();
  }

  /** Shows what may be written now. What was being written stays. */
  obey({ closed, notice, waitSeconds }: WritingState): void {
    this.#closed = closed !== null;
    this.#waiting = waitSeconds > 0;
    this.#field.disabled = this.#closed;
    this.#emoji.disabled = this.#closed;
    const why = closed ?? notice;
    if (this.#why.textContent !== why) this.#why.textContent = why;
    const wait = waitSeconds > 0 && closed === null ? chatText().slowWait(waitSeconds) : '';
    if (this.#wait.textContent !== wait) this.#wait.textContent = wait;
    this.#count();
  }

  #submit(): void {
    const length = countCharacters(this.#field.value);
    if (length === 0 || length > MAX_CHARACTERS || this.#closed || (this.#waiting && !this.#editing)) {
      this.#field.focus();
      return;
    }
    const content = this.#field.value.trim();
    if (this.#editing) {
      if (content !== this.#editing.content) this.use.edit(this.#editing, content);
      this.#endAbout();
      return;
    }
    this.use.send({ client_id: newClientId(), content, type: 'text', reply_to: this.#replyTo });
    this.#field.value = '';
    this.#endAbout();
    this.#count();
    this.#field.focus();
  }

  #showAbout(line: HTMLElement, cancelWords: string): void {
    const cancel = h('button', { type: 'button', class: 'chat-reply', 'aria-label': cancelWords, title: cancelWords }, '✕');
    this.scope.listen(cancel, 'click', () => this.#endAbout());
    this.#about.replaceChildren(line, cancel);
    this.#about.hidden = false;
    this.#field.focus();
  }

  #endAbout(): void {
    const hadFocus = this.#about.contains(document.activeElement);
    this.#replyTo = null;
    if (this.#editing) {
      this.#editing = null;
      this.#field.value = this.#before;
      this.#count();
    }
    this.#about.hidden = true;
    if (hadFocus) this.#field.focus();
  }

  #count(): void {
    const left = MAX_CHARACTERS - countCharacters(this.#field.value);
    this.#left.hidden = left > COUNTED_FROM;
    this.#left.textContent = left > COUNTED_FROM ? '' : chatText().left(left);
    this.#left.classList.toggle('over', left < 0);
    this.#button.disabled = left < 0 || this.#closed || (this.#waiting && !this.#editing);
    this.#field.setAttribute('aria-invalid', String(left < 0));
  }

  async #togglePicker(): Promise<void> {
    const open = this.element.querySelector('.emoji-picker');
    if (open) return this.#closePicker(true);
    this.#emoji.setAttribute('aria-expanded', 'true');
    this.#picker ??= loadPart<typeof import('../parts/emoji-picker.js')>('emoji-picker').then(
      ({ EmojiPicker }) => new EmojiPicker(this.scope, (emoji) => this.#insert(emoji), () => this.#closePicker(true)),
    );
    try {
      const picker = await this.#picker;
      this.element.prepend(picker.element);
      picker.open();
    } catch {
      // No network: the next press asks again.
      this.#picker = null;
      this.#emoji.setAttribute('aria-expanded', 'false');
    }
  }

  #closePicker(returnFocus: boolean): void {
    const open = this.element.querySelector('.emoji-picker');
    if (!open) return;
    const hadFocus = open.contains(document.activeElement);
    open.remove();
    this.#emoji.setAttribute('aria-expanded', 'false');
    if (returnFocus && hadFocus) this.#emoji.focus();
  }

  #insert(emoji: string): void {
    const field = this.#field;
    field.setRangeText(emoji, field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length, 'end');
    this.#closePicker(false);
    field.focus();
    this.#count();
  }
}
