import type { ServerClock } from './server-clock.js';

const SMOOTHING = 0.1;

/** Measures how long after the camera a picture is on this screen. */
export class DelayMeter {
  #clock: { media: number; captured: number } | null = null;
  #delay: number | null = null;

  constructor(private readonly serverClock: ServerClock) {}

  /** In milliseconds, smoothed; null while it is not known. */
  get ms(): number | null {
    return this.#delay;
  }

  /** The camera saw second `mediaSeconds` of the live at `capturedMs` of the server's clock. */
  captured(mediaSeconds: number, capturedMs: number): void {
    this.#clock = { media: mediaSeconds, captured: capturedMs };
  }

  /** Nobody says any more when the camera saw what. */
  forget(): void {
    this.#clock = null;
    this.#delay = null;
  }

  /** Second `mediaSeconds` of the live came on screen at `nowMs` of the page's clock. */
  painted(mediaSeconds: number, nowMs: number): void {
    const serverMs = this.serverClock.at(nowMs);
    if (!this.#clock || serverMs === null) return;
    const delay = serverMs - this.#clock.captured - (mediaSeconds - this.#clock.media) * 1000;
    this.#delay = this.#delay === null ? delay : this.#delay + (delay - this.#delay) * SMOOTHING;
  }
}
