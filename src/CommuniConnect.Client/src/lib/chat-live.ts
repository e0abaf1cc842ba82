import type { ChatHeader } from './chat-header.js';
import type { ChatLog } from './chat-log.js';
import type { ChatMessage } from './chat-message.js';
import { ChatPace, type PicturePosition } from './chat-pace.js';
import { NO_PICTURE, pictureOf } from './chat-picture.js';
import { ChatRate } from './chat-rate.js';
import type { Scope } from './scope.js';

const LOOK_MS = 100;
/** A picture that went back by more than this was moved by its viewer. */
const BACK_SECONDS = 2;
/** Pages of the past that one move of the picture may ask for. */
const MOST_PAGES = 20;

/** Brings what the room says into the list: in step with the viewer's picture, and in larger steps when it is too much to read. */
export class LiveFeed {
  readonly #pace: ChatPace;
  readonly #rate = new ChatRate();
  /** Ready to be drawn. */
  #ready: ChatMessage[] = [];
  #drawing = false;
  #joined = false;
  #lastMediaSeconds = 0;

  constructor(
    private readonly scope: Scope,
    private readonly liveId: number,
    meId: number,
    private readonly log: ChatLog,
    private readonly header: ChatHeader,
  ) {
    this.#pace = new ChatPace(meId);
    scope.interval(() => this.#look(), LOOK_MS);
  }

  /** Messages never seen before. */
  take(messages: readonly ChatMessage[]): void {
    const nowMs = performance.now();
    // What was said before one joined is no rush.
    if (this.#joined) this.#rate.count(messages.length, nowMs);
    this.#show(this.#pace.take(messages, this.#picture(), nowMs));
    this.#joined = true;
  }

  /** Everything that waits, at once. */
  showAll(): void {
    this.#show(this.#pace.release());
    this.#draw();
    this.#tell();
  }

  /** Another wording, or a message that is back. */
  change(message: ChatMessage): void {
    let waits = false;
    this.#pace.change((held) => {
      waits ||= held.id === message.id;
      return held.id === message.id ? message : held;
    });
    waits ||= this.#ready.some((ready) => ready.id === message.id);
    this.#ready = this.#ready.map((ready) => (ready.id === message.id ? message : ready));
    const { first } = this.log.messages;
    if (this.log.find(message.id)) this.log.change(message);
    // One from further up comes with its page.
    else if (!waits && first && message.id > first.id) this.log.insert([message]);
  }

  remove(isGone: (message: ChatMessage) => boolean): void {
    this.#pace.change((held) => (isGone(held) ? null : held));
    this.#ready = this.#ready.filter((ready) => !isGone(ready));
    this.log.remove(isGone);
  }

  #look(): void {
    const picture = this.#picture();
    const nowMs = performance.now();
    const media = picture.mediaSeconds;
    if (media !== null) {
      if (media < this.#lastMediaSeconds - BACK_SECONDS) void this.#goBack(picture, media);
      this.#lastMediaSeconds = media;
    }
    this.#show(this.#pace.due(picture, nowMs));
    this.#rate.count(0, nowMs);
    this.#tell();
  }

  #tell(): void {
    this.header.waiting = this.#pace.waiting;
    this.header.slowed = this.#rate.fast;
  }

  #picture(): PicturePosition {
    return this.header.inStep ? pictureOf(this.liveId) : NO_PICTURE;
  }

  #show(messages: readonly ChatMessage[]): void {
    if (messages.length === 0) return;
    this.#ready.push(...messages);
    if (this.#drawing) return;
    const waitMs = this.#rate.waitMs(performance.now());
    if (waitMs === 0) {
      this.#draw();
      return;
    }
    this.#drawing = true;
    this.scope.timeout(() => {
      this.#drawing = false;
      this.#draw();
    }, waitMs);
  }

  #draw(): void {
    const ready = this.#ready;
    this.#ready = [];
    this.log.add(ready);
  }

  /** The viewer moved the picture back: what was said after it is held again. */
  async #goBack(picture: PicturePosition, mediaSeconds: number): Promise<void> {
    this.#draw();
    const later = this.log.messages.items.filter((message) => message.media_time > mediaSeconds);
    if (later.length > 0) {
      const gone = new Set(later);
      const stay = this.#pace.take(later, picture, performance.now());
      for (const message of stay) gone.delete(message);
      this.log.replace(this.log.messages.items.filter((message) => !gone.has(message)));
    }
    for (let page = 0; page < MOST_PAGES && !this.scope.signal.aborted; page++) {
      const first = this.log.messages.first;
      if (first && first.media_time <= mediaSeconds) return;
      if (!(await this.log.loadOlder?.().catch(() => false))) return;
    }
  }
}
