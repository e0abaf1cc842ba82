/** A lifetime: every listener, timer and request made through it ends when it is disposed. */
export class Scope {
  readonly #controller = new AbortController();

  /** Aborts when the scope is disposed; hand it to fetch and to anything else that can be cancelled. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Listens to a target until the scope ends. */
  listen<E extends Event = Event>(
    target: EventTarget,
    type: string,
    handler: (event: E) => void,
    options: AddEventListenerOptions = {},
  ): void {
    target.addEventListener(type, handler as EventListener, { ...options, signal: this.signal });
  }

  /** Runs once after `ms` milliseconds, unless the scope has ended. Returns what cancels it. */
  timeout(run: () => void, ms: number): () => void {
    if (this.signal.aborted) return () => {};
    const timer = setTimeout(() => {
      this.signal.removeEventListener('abort', cancel);
      run();
    }, ms);
    const cancel = () => {
      clearTimeout(timer);
      this.signal.removeEventListener('abort', cancel);
    };
    this.signal.addEventListener('abort', cancel);
    return cancel;
  }

  /** Runs every `ms` milliseconds until the scope ends. */
  interval(run: () => void, ms: number): void {
    if (this.signal.aborted) return;
    const timer = setInterval(run, ms);
    this.onDispose(() => clearInterval(timer));
  }

  /** Waits `ms` milliseconds; resolves false when the scope ended first. */
  sleep(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const over = () => {
        cancel();
        resolve(false);
      };
      const cancel = this.timeout(() => {
        this.signal.removeEventListener('abort', over);
        resolve(true);
      }, ms);
      if (this.signal.aborted) resolve(false);
      else this.signal.addEventListener('abort', over, { once: true });
    });
  }

  /** Runs when the scope ends; at once when it already has. */
  onDispose(run: () => void): void {
    if (this.signal.aborted) run();
    else this.signal.addEventListener('abort', run, { once: true });
  }

  /** A shorter lifetime inside this one. */
  child(): Scope {
    const child = new Scope();
    const end = () => child.dispose();
    this.onDispose(end);
    child.onDispose(() => this.signal.removeEventListener('abort', end));
    return child;
  }

  dispose(): void {
    this.#controller.abort();
  }
}
