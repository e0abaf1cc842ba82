import { chatText } from './chat-texts.js';
import { authorName, type ChatDraft, type ChatMessage } from './chat-message.js';
import { h } from './dom.js';
import { lang } from './lang.js';

const QUOTE_LENGTH = 80;

/** Draws a saved message. Its reply button carries the message's number in `data-reply`. */
export function messageEntry(message: ChatMessage, answered: ChatMessage | undefined, mine: boolean): HTMLElement {
  const time = new Date(message.timestamp);
  const name = authorName(message);
  const entry = h(
    'li',
    { class: classOf(message.type, mine), 'data-id': message.id },
    answered ? quote(answered) : null,
    h('span', { class: 'chat-author' }, name),
    ' ',
    // bdi: a message written from right to left, or with marks that turn text around, turns only itself.
    h('bdi', { class: 'chat-content', dir: 'auto' }, message.content),
    h(
      'span',
      { class: 'chat-meta' },
      h(
        'time',
        { datetime: message.timestamp },
        time.toLocaleTimeString(lang(), { hour: '2-digit', minute: '2-digit' }),
      ),
      h(
        'button',
        { type: 'button', class: 'chat-reply', 'data-reply': message.id, 'aria-label': chatText().replyTo(name) },
        chatText().reply,
      ),
    ),
  );
  return entry;
}

/** Draws a message on its way. */
export function draftEntry(draft: ChatDraft): HTMLElement {
  return h(
    'li',
    { class: `${classOf(draft.type, true)} sending` },
    h('bdi', { class: 'chat-content', dir: 'auto' }, draft.content),
    h('span', { class: 'chat-meta' }, chatText().sending),
  );
}

/** Changes a draft's entry: why it was refused, with a button to try again. */
export function showRefused(entry: HTMLElement, sentence: string): HTMLButtonElement {
  const retry = h('button', { type: 'button', class: 'chat-reply' }, chatText().retry);
  entry.classList.replace('sending', 'refused');
  entry.querySelector('.chat-meta')?.replaceChildren(h('span', { role: 'alert' }, sentence), retry);
  return retry;
}

/** Undoes showRefused. */
export function showSending(entry: HTMLElement): void {
  entry.classList.replace('refused', 'sending');
  entry.querySelector('.chat-meta')?.replaceChildren(chatText().sending);
}

/** The line that says what is answered. */
export function quote(message: ChatMessage): HTMLElement {
  const characters = [...message.content];
  const short = characters.length > QUOTE_LENGTH ? `${characters.slice(0, QUOTE_LENGTH).join('')}…` : message.content;
  return h('span', { class: 'chat-quote' }, `${authorName(message)} : `, h('bdi', { dir: 'auto' }, short));
}

function classOf(type: string, mine: boolean): string {
  return `chat-message ${type === 'text' ? '' : 'chat-emoji'} ${mine ? 'mine' : ''}`.trim();
}
