import { draftEntry, showHeld, showRefused, showSending } from './chat-entry.js';
import type { ChatLog } from './chat-log.js';
import type { ChatDraft, ChatMessage } from './chat-message.js';
import type { Scope } from './scope.js';

/** What the member wrote and the server has not saved yet, shown below all other messages. */
export class ChatDrafts {
  readonly #drafts = new Map<string, { draft: ChatDraft; entry: HTMLElement }>();

  constructor(
    private readonly scope: Scope,
    private readonly log: ChatLog,
    private readonly deliver: (draft: ChatDraft) => void,
  ) {}

  /** Shows it at once and sends it. */
  send(draft: ChatDraft): void {
    const entry = draftEntry(draft);
    this.#drafts.set(draft.client_id, { draft, entry });
    this.log.addDraft(entry);
    this.deliver(draft);
  }

  /** These came back as messages. */
  saved(messages: readonly ChatMessage[]): void {
    for (const { client_id } of messages) if (client_id) this.drop(client_id);
  }

  /** The server said no: the member sees why, and may try again. */
  refuse(clientId: string, sentence: string): void {
    const unsent = this.#drafts.get(clientId);
    if (!unsent) return;
    const { draft, entry } = unsent;
    const { retry, drop } = showRefused(entry, sentence);
    this.scope.listen(retry, 'click', () => {
      showSending(entry);
      this.deliver(draft);
    }, { once: true });
    this.scope.listen(drop, 'click', () => this.drop(clientId), { once: true });
    this.log.settle();
  }

  /** A moderator reads it first. */
  hold(clientId: string): void {
    const entry = this.#drafts.get(clientId)?.entry;
    if (!entry) return;
    const drop = showHeld(entry);
    this.scope.listen(drop, 'click', () => this.drop(clientId), { once: true });
    this.log.settle();
  }

  /** Takes one away. */
  drop(clientId: string): void {
    this.#drafts.get(clientId)?.entry.remove();
    this.#drafts.delete(clientId);
  }

  /** Nothing more can be sent. */
  giveUp(): void {
    for (const clientId of [...this.#drafts.keys()]) this.drop(clientId);
  }
}
