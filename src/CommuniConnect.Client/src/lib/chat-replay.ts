import { fetchAfter, fetchAround, fetchNewest } from './chat-api.js';
import type { ChatLog } from './chat-log.js';
import type { ChatMessage } from './chat-message.js';
import { chatText } from './chat-texts.js';
import { byMoment, MessageList } from './message-list.js';
import type { Scope } from './scope.js';

const PAGE_LENGTH = 200;
/** More messages than this at once are a jump of the position, not what was said meanwhile. */
const JUMP = 100;
/** The next page is asked for this long before it is needed. */
const AHEAD_SECONDS = 20;

/** Whatever comes next is drawn anew. */
const NOTHING_SHOWN = -Infinity;

/** How many messages had been said at a position; `messages` are in the order of their moments. */
export function countUntil(messages: readonly ChatMessage[], seconds: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.media_time ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Shows the messages of a replay at the moments they were written; the last ones until it has moved for the first time. */
export class ReplayFeed {
  /** One stretch of the chat without a hole. */
  readonly #loaded = new MessageList(byMoment);
  /** The stretch reaches this far, in seconds of the live. */
  #from = Infinity;
  #until = -Infinity;
  #shown = 0;
  #seconds = Infinity;
  #asking = false;

  constructor(
    private readonly scope: Scope,
    private readonly liveId: number,
    private readonly log: ChatLog,
  ) {}

  /** Gets the end of the chat, and follows the replay from then on. Gives the last number; fails when the server cannot be asked. */
  async start(): Promise<number> {
    const { scope, log } = this;
    const newest = await fetchNewest(this.liveId, PAGE_LENGTH, scope.signal);
    const last = Math.max(0, ...newest.map((message) => message.id));
    if (scope.signal.aborted) return last;
    this.#loaded.add(newest);
    this.#from = newest.length < PAGE_LENGTH ? -Infinity : (this.#loaded.first?.media_time ?? -Infinity);
    this.#until = Infinity;
    this.#shown = this.#loaded.items.length;
    log.backWords = () => chatText().sync;
    log.loadOlder = () => this.#older();
    log.replace(this.#loaded.items, byMoment);
    scope.listen<CustomEvent<{ live_id?: number; live_seconds: number }>>(document, 'replay-time', ({ detail }) => {
      if (detail.live_id !== undefined && detail.live_id !== this.liveId) return;
      this.#seconds = detail.live_seconds;
      this.#follow();
    });
    return last;
  }

  change(message: ChatMessage): void {
    if (!this.#loaded.change(message) && message.media_time >= this.#from && message.media_time <= this.#until) {
      this.#loaded.add([message]);
      this.#shown = NOTHING_SHOWN;
      this.#follow();
    }
    this.log.change(message);
  }

  remove(isGone: (message: ChatMessage) => boolean): void {
    this.#loaded.remove(isGone);
    this.log.remove(isGone);
    this.#shown = countUntil(this.#loaded.items, this.#seconds);
  }

  #follow(): void {
    const seconds = this.#seconds;
    if (seconds < this.#from || seconds > this.#until) {
      void this.#jump(seconds);
      return;
    }
    if (seconds > this.#until - AHEAD_SECONDS) void this.#extend();
    const { items } = this.#loaded;
    const until = countUntil(items, seconds);
    if (until === this.#shown) return;
    if (until > this.#shown && until - this.#shown < JUMP) this.log.add(items.slice(this.#shown, until));
    else this.log.replace(items.slice(0, until));
    this.#shown = until;
  }

  /** The position went where nothing is loaded. */
  async #jump(seconds: number): Promise<void> {
    const page = await this.#ask((signal) => fetchAround(this.liveId, seconds, PAGE_LENGTH, signal));
    if (!page) return;
    const before = page.filter((message) => message.media_time < seconds).length;
    this.#loaded.clear();
    this.#loaded.add(page);
    this.#shown = NOTHING_SHOWN;
    this.#from = before < PAGE_LENGTH / 2 ? -Infinity : this.#loaded.first!.media_time;
    this.#reach(page.length - before < PAGE_LENGTH / 2);
  }

  /** The end of what is loaded comes near. */
  async #extend(): Promise<void> {
    const at = this.#until;
    const last = this.#loaded.last;
    if (at === Infinity || !last) return;
    const page = await this.#ask((signal) => fetchAround(this.liveId, at, PAGE_LENGTH, signal));
    if (!page) return;
    const count = this.#loaded.items.length;
    this.#loaded.add(page);
    if (this.#loaded.items.length > count || page.length < PAGE_LENGTH) {
      this.#reach(page.filter((message) => message.media_time >= at).length < PAGE_LENGTH / 2);
      return;
    }
    // All of the page was said in one instant, while the picture stood still: on by number.
    const next = await this.#ask((signal) => fetchAfter(this.liveId, last.id, PAGE_LENGTH, signal));
    if (!next) return;
    this.#loaded.add(next);
    this.#reach(next.length < PAGE_LENGTH);
  }

  #reach(whole: boolean): void {
    this.#until = whole ? Infinity : this.#loaded.last!.media_time;
    this.#follow();
  }

  /** Asks once at a time; when the picture has moved on meanwhile, looks again. */
  async #ask(fetch: (signal: AbortSignal) => Promise<ChatMessage[]>): Promise<ChatMessage[] | null> {
    if (this.#asking) return null;
    this.#asking = true;
    try {
      const page = await fetch(this.scope.signal);
      return this.scope.signal.aborted ? null : page;
    } catch {
      return null; // offline: the next move of the picture asks again
    } finally {
      this.#asking = false;
    }
  }

  /** By moments, not by numbers: what waited for a moderator is early and has a late number. */
  async #older(): Promise<boolean> {
    const first = this.log.messages.first;
    if (!first || this.#from === -Infinity) return false;
    const at = first.media_time;
    const page = await fetchAround(this.liveId, at, PAGE_LENGTH, this.scope.signal);
    if (this.scope.signal.aborted) return false;
    const before = page.filter((message) => message.media_time < at).length;
    const count = this.#loaded.items.length;
    this.#loaded.add(page);
    this.#from = before < PAGE_LENGTH / 2 ? -Infinity : (this.#loaded.first?.media_time ?? -Infinity);
    this.log.insert(page.filter((message) => message.media_time <= at));
    this.#shown = Math.min(this.#shown + this.#loaded.items.length - count, countUntil(this.#loaded.items, this.#seconds));
    return this.#from !== -Infinity;
  }
}
