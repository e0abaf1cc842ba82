import type { Scope } from './scope.js';

const SAMPLES = 5;
const GAP_MS = 150;
// A page that begins is busy: what it measured then may be off by tens of milliseconds.
const AGAIN_SOON_MS = 5000;
const AGAIN_MS = 60_000;

/** The server's clock as seen from this page, good to a few milliseconds: the quickest of some answers says the most. */
export class ServerClock {
  #offsetMs: number | null = null;

  constructor(
    private readonly ask: (signal: AbortSignal) => Promise<number> = askServer,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The server's time, in milliseconds since 1970, at an instant of `performance.now()`; null before the first answer. */
  at(pageMs: number): number | null {
    return this.#offsetMs === null ? null : pageMs + this.#offsetMs;
  }

  /** Asks now and then until the scope ends. */
  keep(scope: Scope): void {
    const measure = () => void this.measure(scope.signal, (ms) => scope.sleep(ms));
    measure();
    scope.timeout(measure, AGAIN_SOON_MS);
    scope.interval(measure, AGAIN_MS);
  }

  /** Asks a few times; without any answer, what was known stays. */
  async measure(signal: AbortSignal, sleep: (ms: number) => Promise<unknown>): Promise<void> {
    let quickestMs = Infinity;
    for (let i = 0; i < SAMPLES && !signal.aborted; i++) {
      const askedMs = this.now();
      try {
        const serverMs = await this.ask(signal);
        const tookMs = this.now() - askedMs;
        if (tookMs < quickestMs && Number.isFinite(serverMs)) {
          quickestMs = tookMs;
          // The answer was given about half way.
          this.#offsetMs = serverMs - (askedMs + tookMs / 2);
        }
      } catch {
        // Offline for a moment: the next answer does.
      }
      await sleep(GAP_MS);
    }
  }
}

async function askServer(signal: AbortSignal): Promise<number> {
  const response = await fetch('/api/clock/', { signal, cache: 'no-store' });
  return ((await response.json()) as { now: number }).now;
}
