import type { Scope } from './scope.js';

/** Counts messages in the page's title while nobody looks at the page: « (3) Fête à Kipé ». */
export class UnreadTitle {
  readonly #title = document.title;
  #count = 0;

  constructor(scope: Scope) {
    scope.listen(document, 'visibilitychange', () => {
      if (!document.hidden) this.#show(0);
    });
    scope.onDispose(() => this.#show(0));
  }

  /** Messages of others came. */
  add(count: number): void {
    if (document.hidden && count > 0) this.#show(this.#count + count);
  }

  #show(count: number): void {
    if (this.#count === count) return;
    this.#count = count;
    document.title = count > 0 ? `(${count}) ${this.#title}` : this.#title;
  }
}
