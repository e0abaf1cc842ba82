import type { ChatHeader } from './chat-header.js';
import type { ChatLog } from './chat-log.js';
import type { ChatMessage } from './chat-message.js';
import { ChatPace, type PicturePosition } from './chat-pace.js';
import { ChatRate } from './chat-rate.js';
import type { Scope } from './scope.js';

const LOOK_MS = 200;
/** A picture that went back by more than this was moved by its viewer. */
const BACK_SECONDS = 2;
/** Pages of the past that one move of the picture may ask for. */
const MOST_PAGES = 20;

/** What the chat reads of the player beside it. */
interface Player extends HTMLElement {
  readonly mediaTimeSeconds?: number | null;
  readonly behindSeconds?: number | null;
}

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

  change(message: ChatMessage): void {
    this.#pace.change((held) => (held.id === message.id ? message : held));
    this.#ready = this.#ready.map((ready) => (ready.id === message.id ? message : ready));
    this.log.change(message);
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
    const player = document.querySelector<Player>(`live-player[live-id="${this.liveId}"]`);
    const wanted = this.header.inStep ? player : null;
    return {
      mediaSeconds: wanted?.mediaTimeSeconds ?? null,
      behindSeconds: wanted?.behindSeconds ?? 0,
      paused: wanted?.dataset['state'] === 'paused',
    };
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
