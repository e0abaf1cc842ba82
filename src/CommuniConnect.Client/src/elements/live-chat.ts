import { ChatComposer } from '../lib/chat-composer.js';
import { ChatConnection } from '../lib/chat-connection.js';
import { ChatDrafts } from '../lib/chat-drafts.js';
import { ChatHeader } from '../lib/chat-header.js';
import { LiveFeed } from '../lib/chat-live.js';
import { ChatLog } from '../lib/chat-log.js';
import { authorName, type ChatMessage, type ChatState } from '../lib/chat-message.js';
import { fetchHistory, followReplay } from '../lib/chat-replay.js';
import { chatText } from '../lib/chat-texts.js';
import { UnreadTitle } from '../lib/chat-unread.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import type { Scope } from '../lib/scope.js';

/** The state is said again this often while connected, so that the page need not ask the server itself. */
const REPEAT_MS = 3000;

/**
 * The conversation beside a live, and beside its replay once it has ended.
 * Attributes: `live-id`, `me-id`, `owner-id`; `status="ended"` goes straight to the replay's conversation.
 * Event on the document: `live-state`, see ChatState. Listens there to `replay-time` {live_seconds}.
 */
export class LiveChat extends ScopedElement {
  #liveId = 0;
  #meId = 0;
  #log!: ChatLog;
  #header!: ChatHeader;
  #composer!: ChatComposer;
  #drafts!: ChatDrafts;
  #feed: LiveFeed | null = null;
  #unread!: UnreadTitle;
  #connection: ChatConnection | null = null;
  #live!: Scope;
  #state: ChatState | null = null;
  #over = false;
  readonly #note = h('p', { class: 'chat-note', role: 'status' });

  protected mount(): void {
    const { scope } = this;
    this.#liveId = Number(this.getAttribute('live-id'));
    this.#meId = Number(this.getAttribute('me-id'));
    this.#over = false;
    this.#state = null;
    this.#live = scope.child();
    const ownerId = Number(this.getAttribute('owner-id'));
    this.#log = new ChatLog(scope, { meId: this.#meId, isOwner: (id) => id === ownerId });
    this.#header = new ChatHeader(scope, () => this.#feed?.showAll());
    this.#drafts = new ChatDrafts(this.#live, this.#log, (draft) => this.#connection?.send(draft));
    this.#composer = new ChatComposer(this.#live, {
      send: (draft) => this.#drafts.send(draft),
      edit: () => {},
      names: () => this.#names(),
    });
    this.classList.add('chat');
    this.classList.remove('over');
    this.setAttribute('aria-label', chatText().chat);
    this.setAttribute('role', 'region');
    this.replaceChildren(this.#header.element, this.#log.element, this.#note, this.#composer.element);
    if (this.getAttribute('status') === 'ended') void this.#end();
    else this.#connect();
  }

  #connect(): void {
    this.#note.textContent = chatText().connecting;
    this.#unread = new UnreadTitle(this.#live);
    this.#feed = new LiveFeed(this.#live, this.#liveId, this.#meId, this.#log, this.#header);
    this.#live.listen(this.#log.element, 'click', (event) => this.#clicked(event));
    this.#live.interval(() => this.#announce(), REPEAT_MS);
    this.#connection = new ChatConnection(this.#live, this.#liveId, {
      messages: (messages, count) => this.#take(messages, count),
      state: (state) => {
        this.#state = state;
        this.#announce();
        if (state.status === 'ended') void this.#end();
      },
      connected: (connected) => {
        this.#note.textContent = connected ? '' : chatText().reconnecting;
        if (!connected) this.#state = null;
      },
      refused: (clientId, sentence) => this.#drafts.refuse(clientId, sentence),
    });
  }

  #take(messages: readonly ChatMessage[], count: number): void {
    this.#drafts.saved(messages);
    this.#unread.add(messages.filter((message) => message.author.id !== this.#meId).length);
    this.#feed?.take(messages);
    if (!this.#state || this.#state.messages_count === count) return;
    this.#state = { ...this.#state, messages_count: count };
    this.#announce();
  }

  /** Who may be mentioned: whoever wrote, the last one first. */
  #names(): Set<string> {
    const names = new Set<string>();
    const { items } = this.#log.messages;
    for (let index = items.length - 1; index >= 0 && names.size < 200; index--) {
      const message = items[index]!;
      if (message.author.id !== this.#meId) names.add(authorName(message));
    }
    return names;
  }

  #clicked(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-reply]') : null;
    const message = button && this.#log.find(Number(button.dataset['reply']));
    if (message) this.#composer.answer(message);
  }

  #announce(): void {
    if (!this.#state) return;
    document.dispatchEvent(new CustomEvent('live-state', { detail: this.#state, composed: true }));
  }

  /** The live is over: no more writing, and the conversation goes with the replay. */
  async #end(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    const { scope } = this;
    this.#feed?.showAll();
    this.#live.dispose();
    this.#connection = null;
    this.#feed = null;
    this.#composer.element.hidden = true;
    this.#drafts.giveUp();
    this.classList.add('over');
    this.#header.over();
    this.#note.textContent = chatText().over;
    try {
      const history = await fetchHistory(this.#liveId, scope.signal);
      if (!scope.signal.aborted) followReplay(scope, this.#liveId, history, this.#log);
    } catch {
      if (scope.signal.aborted) return;
      const retry = h('button', { type: 'button', class: 'chat-reply' }, chatText().retry);
      this.#note.replaceChildren(chatText().over, '. ', chatText().historyFailed, ' ', retry);
      scope.listen(retry, 'click', () => {
        this.#over = false;
        void this.#end();
      });
    }
  }
}

define('live-chat', LiveChat);
