import { piecesOf } from './chat-content.js';
import { chatText } from './chat-texts.js';
import { authorName, type ChatDraft, type ChatMessage } from './chat-message.js';
import { h } from './dom.js';
import { lang } from './lang.js';

const QUOTE_LENGTH = 80;

/** What the reader sees about who wrote. */
export interface EntryLook {
  readonly mine: boolean;
  /** The broadcaster wrote it. */
  readonly ofOwner: boolean;
}

/**
 * Draws a saved message. Its buttons carry its number: `data-reply` answers it, `data-menu` has what else can be done
 * with it. Their place in the Tab order is the row's: only those of the message that has the focus are in it.
 */
export function messageEntry(message: ChatMessage, answered: ChatMessage | undefined, look: EntryLook): HTMLElement {
  const t = chatText();
  const name = authorName(message);
  return h(
    'li',
    // The whole number of messages is not known: -1 says so. https://www.w3.org/TR/wai-aria-1.2/#aria-setsize
    { class: classOf(message.type, look.mine), 'data-id': message.id, 'aria-posinset': message.id, 'aria-setsize': -1, tabindex: -1 },
    message.reply_to === null ? null : answered ? quoteButton(answered) : h('span', { class: 'chat-quote' }, t.quotedGone),
    h('bdi', { class: 'chat-author' }, name),
    look.ofOwner ? h('span', { class: 'chat-role' }, t.owner) : null,
    ' ',
    contentOf(message),
    ' ',
    h(
      'span',
      { class: 'chat-meta' },
      message.edited_at ? h('span', {}, t.edited, ' ') : null,
      h('time', { datetime: message.timestamp }, timeOf(message)),
      h('button', {
        type: 'button', class: 'chat-reply', 'data-reply': message.id, 'aria-label': t.replyTo(name), tabindex: -1,
      }, t.reply),
      h('button', {
        type: 'button', class: 'chat-dots', 'data-menu': message.id, 'aria-haspopup': 'menu', 'aria-label': t.actionsOn(name), tabindex: -1,
      }, '⋯'),
    ),
  );
}

/** What was said: links can be followed, mentions stand out, everything else is plain text. */
export function contentOf(message: Pick<ChatMessage, 'content' | 'mentions'>): HTMLElement {
  // bdi: a message written from right to left, or with marks that turn text around, turns only itself.
  return h(
    'bdi',
    { class: 'chat-content', dir: 'auto' },
    ...piecesOf(message.content, (message.mentions?.length ?? 0) > 0).map((piece) => {
      if (piece.kind === 'text') return piece.text;
      if (piece.kind === 'mention') return h('span', { class: 'chat-mention' }, piece.text);
      return h('a', { href: piece.href, target: '_blank', rel: 'nofollow noopener ugc', tabindex: -1 }, piece.text);
    }),
  );
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

/** Changes a draft's entry: why it was refused, with buttons to try again and to give it up. */
export function showRefused(entry: HTMLElement, sentence: string): { retry: HTMLButtonElement; drop: HTMLButtonElement } {
  const retry = h('button', { type: 'button', class: 'chat-reply' }, chatText().retry);
  const drop = h('button', { type: 'button', class: 'chat-reply' }, chatText().giveUp);
  entry.classList.replace('sending', 'refused');
  entry.querySelector('.chat-meta')?.replaceChildren(h('span', { role: 'alert' }, sentence), retry, drop);
  return { retry, drop };
}

/** Changes a draft's entry: it waits for a moderator. */
export function showHeld(entry: HTMLElement): HTMLButtonElement {
  const drop = h('button', { type: 'button', class: 'chat-reply' }, chatText().hide);
  entry.querySelector('.chat-meta')?.replaceChildren(h('span', { role: 'status' }, chatText().held), ' ', drop);
  return drop;
}

/** Undoes showRefused. */
export function showSending(entry: HTMLElement): void {
  entry.classList.replace('refused', 'sending');
  entry.querySelector('.chat-meta')?.replaceChildren(chatText().sending);
}

/** The line that says what is answered. */
export function quote(message: ChatMessage): HTMLElement {
  return h('span', { class: 'chat-quote' }, ...quoted(message));
}

/** The same line, to press: it leads to what is answered, whose number it has in `data-quoted`. */
function quoteButton(message: ChatMessage): HTMLElement {
  return h('button', { type: 'button', class: 'chat-quote', 'data-quoted': message.id, tabindex: -1 }, ...quoted(message));
}

function quoted(message: ChatMessage): (Node | string)[] {
  const characters = [...message.content];
  const short = characters.length > QUOTE_LENGTH ? `${characters.slice(0, QUOTE_LENGTH).join('')}…` : message.content;
  return [h('bdi', {}, authorName(message)), ' : ', h('bdi', { dir: 'auto' }, short)];
}

function timeOf(message: ChatMessage): string {
  return new Date(message.timestamp).toLocaleTimeString(lang(), { hour: '2-digit', minute: '2-digit' });
}

function classOf(type: string, mine: boolean): string {
  return `chat-message ${type === 'text' ? '' : 'chat-emoji'} ${mine ? 'mine' : ''}`.trim();
}
