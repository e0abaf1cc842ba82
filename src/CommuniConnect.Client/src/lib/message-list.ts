import type { ChatMessage } from './chat-message.js';

/** In the order of the replay: what waited for a moderator has a late number and an early moment. */
export function byMoment(a: ChatMessage, b: ChatMessage): number {
  return a.media_time - b.media_time || a.id - b.id;
}

/** In the order in which the room took them. */
export function byNumber(a: ChatMessage, b: ChatMessage): number {
  return a.id - b.id;
}

export type MessageOrder = (a: ChatMessage, b: ChatMessage) => number;

/** Messages in one order, each once. */
export class MessageList {
  #items: ChatMessage[] = [];
  readonly #byId = new Map<number, ChatMessage>();

  constructor(private order: MessageOrder = byNumber) {}

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
    const message = this.#byId.get(id);
    if (!message) return -1;
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.order(this.#items[middle]!, message) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Adds messages wherever they belong; true when all of them follow those that were there. */
  add(messages: readonly ChatMessage[]): boolean {
    const { order } = this;
    const last = this.last;
    const fresh = messages.filter((message) => !this.#byId.has(message.id));
    for (const message of fresh) this.#byId.set(message.id, message);
    const inOrder = fresh.every((message, index) => {
      const before = index > 0 ? fresh[index - 1] : last;
      return !before || order(before, message) < 0;
    });
    this.#items.push(...fresh);
    if (!inOrder) this.#items.sort(order);
    return inOrder;
  }

  /** Puts another wording in a message's place; false when it is not here. Its moment stays. */
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

  /** Starts anew, perhaps in another order. */
  clear(order = this.order): void {
    this.order = order;
    this.#items = [];
    this.#byId.clear();
  }
}
