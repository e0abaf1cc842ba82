import { messageEntry } from './chat-entry.js';
import type { ChatMessage } from './chat-message.js';
import { chatText } from './chat-texts.js';
import { h } from './dom.js';
import { LogVoice } from './log-voice.js';
import { MessageList, type MessageOrder } from './message-list.js';
import type { Scope } from './scope.js';
import { VirtualRows } from './virtual-rows.js';

/** Older messages are asked for when the reader is this near to the first one, in pixels. */
const OLDER_PX = 400;

/** Who reads, and what changes how messages look. */
export interface LogReader {
  readonly meId: number;
  /** Whether what is said there is the broadcaster's own. */
  isOwner(authorId: number): boolean;
}

/**
 * The list of messages: stays at its end unless the reader has gone up, and then stays where the reader is.
 * One stop of the Tab key: arrows go from message to message, and Tab to the buttons of the one that has the focus.
 */
export class ChatLog {
  readonly element: HTMLElement;
  readonly #messages = new MessageList();
  readonly #list = h('ol', { class: 'chat-list' });
  readonly #outbox = h('ol', { class: 'chat-outbox' });
  readonly #empty = h('p', { class: 'empty' }, chatText().nobody);
  readonly #older = h('p', { class: 'chat-older', role: 'status' });
  readonly #scroller: HTMLElement;
  readonly #more = h('button', { type: 'button', class: 'button primary chat-more', hidden: true });
  readonly #rows: VirtualRows;
  readonly #voice: LogVoice;
  #unseen = 0;
  #firstUnseen: number | null = null;
  #olderAsked = false;
  /** Gets what was said before the first message here; false when there is nothing before it. */
  loadOlder: (() => Promise<boolean>) | null = null;
  /** The words on the button that leads back to the end. */
  backWords: (unseen: number) => string = chatText().newMessages;
  /** The reader is at the end again. */
  onBack: () => void = () => {};

  constructor(
    scope: Scope,
    private readonly reader: LogReader,
  ) {
    const t = chatText();
    this.#scroller = h(
      'div',
      { class: 'chat-log', role: 'log', 'aria-live': 'off', 'aria-label': t.log, 'aria-description': t.logKeys, tabindex: 0 },
      this.#older, this.#empty, this.#list, this.#outbox,
    );
    this.element = h('div', { class: 'chat-frame' }, this.#scroller, this.#more);
    this.#voice = new LogVoice(scope, this.#scroller);
    const messages = this.#messages;
    this.#rows = new VirtualRows(scope, this.#scroller, this.#list, {
      get count() {
        return messages.items.length;
      },
      keyOf: (index) => messages.items[index]!.id,
      indexOf: (key) => messages.indexOf(key),
      draw: (index) => this.#entry(messages.items[index]!),
    }, () => this.#moved());
    scope.listen(this.#more, 'click', () => {
      this.stick();
      this.#scroller.focus({ preventScroll: true });
    });
    scope.listen<KeyboardEvent>(this.#scroller, 'keydown', (event) => this.#key(event));
    scope.listen<FocusEvent>(this.#list, 'focusin', (event) => this.#openToTab(event.target as HTMLElement));
    scope.listen(document, 'visibilitychange', () => {
      if (!document.hidden && this.#rows.sticking) this.#forgetUnseen();
    });
  }

  get messages(): MessageList {
    return this.#messages;
  }

  /** The end is in sight. */
  get atEnd(): boolean {
    return this.#rows.sticking;
  }

  find(id: number): ChatMessage | undefined {
    return this.#messages.find(id);
  }

  /** Adds messages where they belong; `unread` ones are counted and marked while the reader is elsewhere. */
  add(messages: readonly ChatMessage[], unread = true): void {
    if (messages.length === 0) return;
    this.#empty.hidden = true;
    const last = this.#messages.last?.id ?? 0;
    const fresh = messages.filter((message) => message.id > last && message.author.id !== this.reader.meId);
    const elsewhere = !this.#rows.sticking || document.hidden;
    if (unread && elsewhere && fresh.length > 0) this.#noteUnseen(fresh);
    if (unread) this.#voice.heard(messages.length);
    if (this.#messages.add(messages)) this.#rows.appended();
    else this.#rows.changed();
    this.#showMore();
  }

  /** Adds what is no news: from before the first message here, or a message that is back. */
  insert(messages: readonly ChatMessage[]): void {
    this.#voice.silently(() => {
      this.#messages.add(messages);
      this.#rows.changed();
    });
    this.#empty.hidden = this.#messages.items.length > 0;
  }

  /** Shows these instead, as if they had always been there. */
  replace(messages: readonly ChatMessage[], order?: MessageOrder): void {
    this.#voice.silently(() => {
      this.#messages.clear(order);
      this.#messages.add(messages);
      this.#forgetUnseen();
      this.#rows.reset();
    });
    this.#empty.hidden = true;
    this.#showMore();
  }

  /** A message reads otherwise now. */
  change(message: ChatMessage): void {
    if (!this.#messages.change(message)) return;
    const quoting = this.#messages.items.filter((each) => each.reply_to === message.id);
    this.#rows.redraw([message.id, ...quoting.map((each) => each.id)]);
  }

  /** Takes messages away, and what other messages quote of them. */
  remove(isGone: (message: ChatMessage) => boolean): void {
    const gone = new Set(this.#messages.items.filter(isGone).map((message) => message.id));
    if (!this.#messages.remove(isGone)) return;
    this.#rows.changed();
    const quoting = this.#messages.items.filter((each) => each.reply_to !== null && gone.has(each.reply_to));
    this.#rows.redraw(quoting.map((each) => each.id));
  }

  /** Shows a message of one's own that is not saved yet; it stands below all others. */
  addDraft(entry: HTMLElement): void {
    this.#outbox.append(entry);
    this.#empty.hidden = true;
    this.stick();
  }

  /** Goes to the newest and stays there. */
  stick(): void {
    this.#forgetUnseen();
    this.#rows.stick();
    this.#showMore();
    this.onBack();
  }

  /** Keeps the end in sight when something else changed its size. */
  settle(): void {
    if (this.#rows.sticking) this.#rows.stick();
  }

  /** Brings a message into sight and gives it the focus; false when it is not here. */
  goTo(id: number): boolean {
    const entry = this.#rows.reveal(this.#messages.indexOf(id));
    entry?.focus({ preventScroll: true });
    return entry !== undefined;
  }

  #entry(message: ChatMessage): HTMLElement {
    const answered = message.reply_to === null ? undefined : this.#messages.find(message.reply_to);
    const entry = messageEntry(message, answered, {
      mine: message.author.id === this.reader.meId,
      ofOwner: this.reader.isOwner(message.author.id),
    });
    if (message.id === this.#firstUnseen) {
      entry.prepend(h('p', { class: 'chat-divider' }, h('span', {}, chatText().newFromHere)));
    }
    return entry;
  }

  #noteUnseen(fresh: readonly ChatMessage[]): void {
    this.#unseen += fresh.length;
    if (this.#firstUnseen !== null) return;
    this.#firstUnseen = fresh[0]!.id;
    for (const line of this.#list.querySelectorAll('.chat-divider')) line.remove();
  }

  /** The line stays where it is drawn: whoever comes back sees from where to read on. */
  #forgetUnseen(): void {
    this.#unseen = 0;
    this.#firstUnseen = null;
  }

  #showMore(): void {
    const back = this.#rows.sticking;
    this.#more.hidden = back;
    const words = this.backWords(this.#unseen);
    if (this.#more.textContent !== words) this.#more.textContent = words;
  }

  #moved(): void {
    this.#voice.reading(!this.#rows.sticking);
    if (this.#rows.sticking && this.#unseen > 0) this.#forgetUnseen();
    if (this.#rows.sticking) this.onBack();
    this.#showMore();
    if (this.#scroller.scrollTop < OLDER_PX && !this.#rows.sticking) void this.#askOlder();
  }

  async #askOlder(): Promise<void> {
    if (this.#olderAsked || !this.loadOlder) return;
    this.#olderAsked = true;
    this.#older.textContent = chatText().loadingOlder;
    try {
      if (!(await this.loadOlder())) this.loadOlder = null;
    } catch {
      // No network: the next scroll asks again.
    } finally {
      this.#olderAsked = false;
      this.#older.textContent = '';
    }
  }

  /** Only the message that has the focus has its buttons and links in the Tab order: nobody tabs through a thousand. */
  #openToTab(target: HTMLElement): void {
    const row = target.closest('[data-id]');
    for (const control of this.#list.querySelectorAll<HTMLElement>('a, button')) {
      control.tabIndex = control.closest('[data-id]') === row ? 0 : -1;
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>('[data-id]');
    if (target !== this.#scroller && !row) return;
    const { items } = this.#messages;
    const at = row ? this.#messages.indexOf(Number(row.dataset['id'])) : items.length;
    const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[event.key];
    if (next === undefined || items.length === 0) return;
    event.preventDefault();
    if (event.key === 'End' || (event.key === 'ArrowDown' && next >= items.length)) this.stick();
    else this.#rows.hold();
    this.goTo(items[Math.min(Math.max(0, next), items.length - 1)]!.id);
    this.#showMore();
  }
}
