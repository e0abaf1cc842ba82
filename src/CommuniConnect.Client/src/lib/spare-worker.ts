import type { Scope } from './scope.js';

const RETRY_MS = 2000;

/** Workers for the encoder, each loaded before it is needed: a take may begin while there is no network to load one by. */
export class SpareWorker {
  #spare: Worker | null = null;

  /** @param scope What nobody has taken ends with it. */
  constructor(private readonly scope: Scope) {
    scope.onDispose(() => this.#spare?.terminate());
    this.#load();
  }

  /** Gives the spare one away, which is to be terminated by whoever has it, and loads the next. */
  take(): Worker {
    const worker = this.#spare ?? encoderWorker();
    this.#load();
    return worker;
  }

  #load(): void {
    const worker = encoderWorker();
    this.#spare = worker;
    this.scope.listen(worker, 'error', () => {
      // Who has taken it hears of it too.
      if (this.#spare !== worker) return;
      this.#spare = null;
      this.scope.timeout(() => {
        if (!this.#spare) this.#load();
      }, RETRY_MS);
    });
  }
}

function encoderWorker(): Worker {
  return new Worker(new URL('encoder-worker.js', import.meta.url), { type: 'module' });
}
