import type { Scope } from './scope.js';

/** More messages than this within CALM_MS are not read aloud: nobody could listen to them. */
const SPOKEN = 5;
const CALM_MS = 4000;

/** Lets assistive technology read new messages of a log aloud, as long as somebody can listen to them. */
export class LogVoice {
  #recent = 0;
  #reading = false;

  constructor(
    private readonly scope: Scope,
    private readonly log: HTMLElement,
  ) {}

  /** Messages are about to be added at the end. */
  heard(count: number): void {
    this.#recent += count;
    this.scope.timeout(() => {
      this.#recent -= count;
      this.#tell();
    }, CALM_MS);
    this.#tell();
  }

  /** Somebody reads further up: rows that are drawn there are no news. */
  reading(reading: boolean): void {
    if (this.#reading === reading) return;
    this.#reading = reading;
    this.#tell();
  }

  /** Draws what is not new. */
  silently(draw: () => void): void {
    this.log.setAttribute('aria-live', 'off');
    draw();
    this.scope.timeout(() => this.#tell(), 0);
  }

  #tell(): void {
    const calm = !this.#reading && this.#recent <= SPOKEN;
    this.log.setAttribute('aria-live', calm ? 'polite' : 'off');
  }
}
