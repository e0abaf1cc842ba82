import { ChatComposer } from '../lib/chat-composer.js';
import { ChatConnection } from '../lib/chat-connection.js';
import { draftEntry, showRefused, showSending } from '../lib/chat-entry.js';
import { ChatLog } from '../lib/chat-log.js';
import type { ChatDraft, ChatMessage, ChatState } from '../lib/chat-message.js';
import { fetchHistory, followReplay } from '../lib/chat-replay.js';
import { chatText } from '../lib/chat-texts.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import type { Scope } from '../lib/scope.js';

/** The state is said again this often while connected, so that the page need not ask the server itself. */
const REPEAT_MS = 3000;

/**
 * The conversation beside a live, and beside its replay once it has ended.
 * Attributes: `live-id`, `me-id`; `status="ended"` goes straight to the replay's conversation.
 * Event on the document: `live-state`, see ChatState. Listens there to `replay-time` {live_seconds}.
 */
export class LiveChat extends ScopedElement {
  #liveId = 0;
  #log!: ChatLog;
  #composer!: ChatComposer;
  #connection: ChatConnection | null = null;
  #live!: Scope;
  #state: ChatState | null = null;
  #over = false;
  /** Entries of what is not saved yet, by client id. */
  readonly #drafts = new Map<string, { draft: ChatDraft; entry: HTMLElement }>();
  readonly #note = h('p', { class: 'chat-note', role: 'status' });

  protected mount(): void {
    const { scope } = this;
    this.#liveId = Number(this.getAttribute('live-id'));
    this.#over = false;
    this.#state = null;
    this.#drafts.clear();
    this.#live = scope.child();
    this.#log = new ChatLog(scope, Number(this.getAttribute('me-id')));
    this.#composer = new ChatComposer(this.#live, (draft) => this.#send(draft));
    this.classList.add('chat');
    this.setAttribute('aria-label', chatText().chat);
    this.setAttribute('role', 'region');
    this.replaceChildren(this.#log.element, this.#note, this.#composer.element);
    if (this.getAttribute('status') === 'ended') void this.#end();
    else this.#connect();
  }

  #connect(): void {
    this.#note.textContent = chatText().connecting;
    this.#live.listen(this.#log.element, 'click', (event) => this.#clicked(event));
    this.#live.interval(() => this.#announce(), REPEAT_MS);
    this.#connection = new ChatConnection(this.#live, this.#liveId, {
      messages: (messages, count) => this.#show(messages, count),
      state: (state) => {
        this.#state = state;
        this.#announce();
        if (state.status === 'ended') void this.#end();
      },
      connected: (connected) => {
        this.#note.textContent = connected ? '' : chatText().reconnecting;
        if (!connected) this.#state = null;
      },
      refused: (clientId, sentence) => this.#refuse(clientId, sentence),
    });
  }

  #send(draft: ChatDraft): void {
    const entry = draftEntry(draft);
    this.#drafts.set(draft.client_id, { draft, entry });
    this.#log.addDraft(entry);
    this.#connection?.send(draft);
  }

  #show(messages: readonly ChatMessage[], count: number): void {
    for (const { client_id } of messages) {
      if (!client_id) continue;
      this.#drafts.get(client_id)?.entry.remove();
      this.#drafts.delete(client_id);
    }
    this.#log.append(messages);
    if (!this.#state || this.#state.messages_count === count) return;
    this.#state = { ...this.#state, messages_count: count };
    this.#announce();
  }

  #refuse(clientId: string, sentence: string): void {
    const unsent = this.#drafts.get(clientId);
    if (!unsent) return;
    const { draft, entry } = unsent;
    const retry = showRefused(entry, sentence);
    this.#live.listen(
      retry,
      'click',
      () => {
        showSending(entry);
        this.#connection?.send(draft);
      },
      { once: true },
    );
    this.#log.stick();
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
    this.#live.dispose();
    this.#connection = null;
    this.#composer.element.hidden = true;
    for (const { entry } of this.#drafts.values()) showRefused(entry, chatText().notSent).remove();
    this.#drafts.clear();
    this.classList.add('over');
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
