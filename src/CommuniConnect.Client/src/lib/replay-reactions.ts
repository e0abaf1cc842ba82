import { fetchReactions, type ReactionMoment } from './chat-api.js';
import type { ReactionFloat } from './reaction-float.js';
import type { Scope } from './scope.js';

/** Asked for at once, in seconds of the live. */
const STRETCH_SECONDS = 300;
/** A position that moved further than this was moved by hand. */
const STEP_SECONDS = 3;
/** Without an answer it is not asked again before this: the picture goes on without. */
const RETRY_MS = 15_000;

/** Lets the reactions of a replay rise at the moments they were given. */
export class ReplayReactions {
  readonly #stretches = new Map<number, ReactionMoment[] | 'asked'>();
  #last = -1;

  constructor(
    private readonly scope: Scope,
    private readonly liveId: number,
    private readonly float: ReactionFloat,
  ) {
    scope.listen<CustomEvent<{ live_id?: number; live_seconds: number; playing: boolean }>>(document, 'replay-time', ({ detail }) => {
      if (detail.live_id !== undefined && detail.live_id !== liveId) return;
      if (detail.playing) this.#play(detail.live_seconds);
      this.#last = detail.live_seconds;
    });
  }

  #play(seconds: number): void {
    const stretch = Math.floor(seconds / STRETCH_SECONDS);
    void this.#ask(stretch);
    const known = this.#stretches.get(stretch);
    const step = seconds - this.#last;
    if (!Array.isArray(known) || step <= 0 || step > STEP_SECONDS) return;
    for (const { media_time, emoji, count } of known) {
      if (media_time > this.#last && media_time <= seconds) this.float.float(emoji, count);
    }
  }

  async #ask(stretch: number): Promise<void> {
    if (this.#stretches.has(stretch)) return;
    this.#stretches.set(stretch, 'asked');
    try {
      const from = stretch * STRETCH_SECONDS;
      this.#stretches.set(stretch, await fetchReactions(this.liveId, from, from + STRETCH_SECONDS, this.scope.signal));
    } catch {
      this.scope.timeout(() => this.#stretches.delete(stretch), RETRY_MS);
    }
  }
}
