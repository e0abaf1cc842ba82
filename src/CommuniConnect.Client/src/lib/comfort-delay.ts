import { DelayMeter } from './delay-meter.js';
import type { Scope } from './scope.js';
import type { ServerClock } from './server-clock.js';

/** Camera and take stay as they are for long: what was heard of them is asked for again only now and then. */
const ASK_MS = 10_000;

/** Measures how late Confort is. Its stream says nothing of the camera, so the server is asked when it saw what. */
export class ComfortDelay {
  readonly #meter: DelayMeter;

  constructor(
    private readonly watchUrl: () => string,
    serverClock: ServerClock,
  ) {
    this.#meter = new DelayMeter(serverClock);
  }

  /** In milliseconds; null while it is not known. */
  get ms(): number | null {
    const { ms } = this.#meter;
    return ms === null ? null : Math.round(ms);
  }

  /** Asks now and then until the scope ends. */
  keep(scope: Scope): void {
    void this.#ask(scope.signal);
    scope.interval(() => void this.#ask(scope.signal), ASK_MS);
  }

  /** The video is at this second of the live now. */
  at(seconds: number): void {
    this.#meter.painted(seconds, performance.now());
  }

  async #ask(signal: AbortSignal): Promise<void> {
    try {
      const url = new URL(this.watchUrl(), location.href);
      url.pathname = url.pathname.replace(/\.webm$/, '/clock');
      const answer = await fetch(url, { signal, credentials: 'same-origin' });
      if (answer.status === 204) this.#meter.forget();
      if (answer.status !== 200) return;
      const { media, captured } = (await answer.json()) as { media: number; captured: number };
      this.#meter.captured(media, captured);
    } catch {
      // Offline for a moment: the next answer does.
    }
  }
}
