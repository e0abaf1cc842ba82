const MOST_UNANSWERED = 45;
const LONGEST_SILENCE_MS = 2000;

/** Notices a decoder that swallows what it is given and says nothing. */
export class DecoderAnswers {
  #unanswered = 0;
  #owingMs = 0;

  /** It is given something to decode at `nowMs` of the page's clock. */
  ask(nowMs: number): void {
    if (this.#unanswered++ === 0) this.#owingMs = nowMs;
  }

  /** It has answered, or another takes its place. */
  settle(): void {
    this.#unanswered = 0;
  }

  /** Whether it has been given enough, and has had the time, to have answered. */
  areMissing(nowMs: number): boolean {
    return this.#unanswered > MOST_UNANSWERED && nowMs - this.#owingMs > LONGEST_SILENCE_MS;
  }
}
