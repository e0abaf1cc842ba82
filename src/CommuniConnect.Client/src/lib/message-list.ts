import type { ChatMessage } from './chat-message.js';

/** Messages in the order of their numbers, each once. */
export class MessageList {
  #items: ChatMessage[] = [];
  readonly #byId = new Map<number, ChatMessage>();

  get items(): readonly ChatMessage[] {
    return this.#items;
  }

  get last(): ChatMessage | undefined {
    return this.#items.at(-1);
  }

  get first(): ChatMessage | undefined {
    return this.#items[0];
  }

  find(id: number): ChatMessage | undefined {
    return this.#byId.get(id);
  }

  /** Where a message stands, or -1. */
  indexOf(id: number): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#items[middle]!.id < id) low = middle + 1;
      else high = middle;
    }
    return this.#items[low]?.id === id ? low : -1;
  }

  /** Adds messages wherever they belong; true when all of them follow those that were there. */
  add(messages: readonly ChatMessage[]): boolean {
    const last = this.last?.id ?? 0;
    const fresh = messages.filter((message) => !this.#byId.has(message.id));
    for (const message of fresh) this.#byId.set(message.id, message);
    const inOrder = fresh.every((message, index) => message.id > (fresh[index - 1]?.id ?? last));
    this.#items.push(...fresh);
    if (!inOrder) this.#items.sort((a, b) => a.id - b.id);
    return inOrder;
  }

  /** Puts another wording in a message's place; false when it is not here. */
  change(message: ChatMessage): boolean {
    const index = this.indexOf(message.id);
    if (index < 0) return false;
    this.#items[index] = message;
    this.#byId.set(message.id, message);
    return true;
  }

  /** Takes messages out; true when any was here. */
  remove(isGone: (message: ChatMessage) => boolean): boolean {
    const before = this.#items.length;
    this.#items = this.#items.filter((message) => {
      const gone = isGone(message);
      if (gone) this.#byId.delete(message.id);
      return !gone;
    });
    return this.#items.length !== before;
  }

  clear(): void {
    this.#items = [];
    this.#byId.clear();
  }
}
