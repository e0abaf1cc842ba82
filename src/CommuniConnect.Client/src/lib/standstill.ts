/** A picture that stands still for so much longer than it was sent to was a stall. */
const STALL_MS = 300;

/** Tells when the picture has stood still. One that does not change is sent seldom: that is no stall. */
export class Standstill {
  #shown: { readonly seconds: number; readonly atMs: number } | null = null;
  #hasSkipped = false;

  /** What was shown until now stands for a good reason. */
  forget(): void {
    this.#shown = null;
  }

  /** What comes before the next picture was left out, which it would have been shown for. */
  skip(): void {
    this.#hasSkipped = true;
  }

  /** Notes a picture as it is shown. Returns whether the one before stood still. */
  show(seconds: number, atMs: number): boolean {
    const before = this.#shown;
    const mediaMs = before && !this.#hasSkipped ? Math.max(0, seconds - before.seconds) * 1000 : 0;
    this.#shown = { seconds, atMs };
    this.#hasSkipped = false;
    return before !== null && atMs - before.atMs - mediaMs > STALL_MS;
  }
}
