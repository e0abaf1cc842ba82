import type { ChatMessage } from './chat-message.js';

/** Where the viewer's picture is. */
export interface PicturePosition {
  /** The live's recorded time that is on the screen, in seconds; null before there is a picture. */
  readonly mediaSeconds: number | null;
  /** How far behind the live the picture is, in seconds. */
  readonly behindSeconds: number;
  /** The viewer stopped the picture. */
  readonly paused: boolean;
}

/** Nearer to the live than this nobody notices the difference, and the chat need not wait. */
export const NEAR_SECONDS = 1;
/** A message waits this much longer than the picture should need: a picture that stands still must not keep the chat back. */
const PATIENCE_MS = 3000;

/**
 * Holds messages back until the picture is where it was when they were written: nobody reads "goal!" before seeing it.
 * What the member wrote itself never waits.
 */
export class ChatPace {
  #held: { message: ChatMessage; untilMs: number }[] = [];
  #pausedMs: number | null = null;

  constructor(private readonly meId: number) {}

  /** How many wait for the picture. */
  get waiting(): number {
    return this.#held.length;
  }

  /** Takes messages as they come and gives back those to show at once. */
  take(messages: readonly ChatMessage[], picture: PicturePosition, nowMs: number): ChatMessage[] {
    if (!waits(picture)) return [...this.release(), ...messages];
    const now: ChatMessage[] = [];
    for (const message of messages) {
      const ahead = message.media_time - picture.mediaSeconds!;
      if (message.author.id === this.meId || ahead <= 0) now.push(message);
      else this.#held.push({ message, untilMs: nowMs + ahead * 1000 + PATIENCE_MS });
    }
    return now;
  }

  /** What may be shown now. To be asked several times a second. */
  due(picture: PicturePosition, nowMs: number): ChatMessage[] {
    this.#notePause(picture.paused, nowMs);
    if (this.#held.length === 0) return [];
    if (!waits(picture)) return this.release();
    const isDue = ({ message, untilMs }: { message: ChatMessage; untilMs: number }) =>
      message.media_time <= picture.mediaSeconds! || (!picture.paused && untilMs <= nowMs);
    const due = this.#held.filter(isDue);
    if (due.length > 0) this.#held = this.#held.filter((held) => !isDue(held));
    return due.map(({ message }) => message);
  }

  /** Everything that waits, now. */
  release(): ChatMessage[] {
    const all = this.#held.map(({ message }) => message);
    this.#held = [];
    return all;
  }

  /** Changes what waits: another wording, or null for what must never be shown. */
  change(edit: (message: ChatMessage) => ChatMessage | null): void {
    this.#held = this.#held.flatMap(({ message, untilMs }) => {
      const changed = edit(message);
      return changed ? [{ message: changed, untilMs }] : [];
    });
  }

  /** The time of a pause does not count as waiting. */
  #notePause(paused: boolean, nowMs: number): void {
    if (paused) {
      this.#pausedMs ??= nowMs;
      return;
    }
    if (this.#pausedMs === null) return;
    const pausedMs = nowMs - this.#pausedMs;
    this.#pausedMs = null;
    this.#held = this.#held.map(({ message, untilMs }) => ({ message, untilMs: untilMs + pausedMs }));
  }
}

function waits({ mediaSeconds, behindSeconds, paused }: PicturePosition): boolean {
  return mediaSeconds !== null && (paused || behindSeconds > NEAR_SECONDS);
}
