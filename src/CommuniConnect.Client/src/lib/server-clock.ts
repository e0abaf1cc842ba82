import type { Scope } from './scope.js';

const SAMPLES = 5;
const GAP_MS = 150;
// A page that begins is busy: what it measured then may be off by tens of milliseconds.
const AGAIN_SOON_MS = 5000;
const AGAIN_MS = 60_000;
// A network that has gone silent is not waited for.
const MOST_PATIENCE_MS = 10_000;

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
  async keep(scope: Scope): Promise<void> {
    for (let againMs = AGAIN_SOON_MS; !scope.signal.aborted; againMs = AGAIN_MS) {
      const measuring = scope.child();
      measuring.timeout(() => measuring.dispose(), MOST_PATIENCE_MS);
      await this.measure(measuring.signal, (ms) => measuring.sleep(ms));
      measuring.dispose();
      await scope.sleep(againMs);
    }
  }

  /** Asks a few times; without any answer, what was known stays. */
  async measure(signal: AbortSignal, sleep: (ms: number) => Promise<unknown>): Promise<void> {
    const known = this.#offsetMs;
    let quickestMs = Infinity;
    let offsetMs = known;
    for (let i = 0; i < SAMPLES && !signal.aborted; i++) {
      const askedMs = this.now();
      try {
        const serverMs = await this.ask(signal);
        const tookMs = this.now() - askedMs;
        if (tookMs < quickestMs && Number.isFinite(serverMs)) {
          quickestMs = tookMs;
          // The answer was given about half way.
          offsetMs = serverMs - (askedMs + tookMs / 2);
        }
      } catch {
        // Offline for a moment: the next answer does.
      }
      // Any answer is better than none; what is known already waits for the best one.
      if (known === null) this.#offsetMs = offsetMs;
      await sleep(GAP_MS);
    }
    this.#offsetMs = offsetMs;
  }
}

async function askServer(signal: AbortSignal): Promise<number> {
  const response = await fetch('/api/clock/', { signal, cache: 'no-store' });
  return ((await response.json()) as { now: number }).now;
}
