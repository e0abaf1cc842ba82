/** How long a live is at present, from what was heard of it every now and then. Seconds of its own timeline. */
export class LiveExtent {
  #seconds = 0;
  #atMs: number | null = null;
  #running = true;

  /** The live's newest instant at a moment of performance.now()'s clock; 0 before anything was heard of it. */
  at(nowMs: number): number {
    if (this.#atMs === null || !this.#running) return this.#seconds;
    return this.#seconds + Math.max(0, nowMs - this.#atMs) / 1000;
  }

  /** It was heard that the live is this long, or that its newest instant here is. */
  note(seconds: number, nowMs: number): void {
    [this.#seconds, this.#atMs] = [seconds, nowMs];
  }

  /** Whether media comes: an interrupted live grows no longer. */
  setRunning(running: boolean, nowMs: number): void {
    if (running === this.#running) return;
    if (this.#atMs !== null) this.note(this.at(nowMs), nowMs);
    this.#running = running;
  }
}
