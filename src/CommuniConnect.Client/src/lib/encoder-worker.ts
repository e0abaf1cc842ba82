import { LOADED, type Beginning, type TakeSetup } from './encoder-messages.js';
import type { Scope } from './scope.js';

const RETRY_MS = 2000;
/** Whoever goes live waits no longer for the better encoder. */
const PATIENCE_MS = 3000;

/**
 * The worker that encodes, one for all takes of a live: it is loaded once, for a take may begin while there is no network to
 * load anything by. Event: `broken`, when nothing more can come of it.
 */
export class EncoderWorker extends EventTarget {
  #worker: Worker | null = null;
  #isLoaded = false;
  #takes = 0;

  /** Resolves when takes can be encoded, and at the latest when that has been waited for long enough. */
  readonly ready: Promise<void>;

  /** @param scope The worker ends with it, but for a take that is still being ended. */
  constructor(private readonly scope: Scope) {
    super();
    this.ready = new Promise((resolve) => {
      for (const type of ['loaded', 'broken']) scope.listen(this, type, () => resolve());
      scope.timeout(resolve, PATIENCE_MS);
      scope.onDispose(resolve);
    });
    this.#load();
    scope.onDispose(() => this.#terminateUnused());
  }

  /** Whether takes can be encoded now. */
  get isReady(): boolean {
    return this.#isLoaded;
  }

  /** Begins a take with these streams; what else is told to it, and what it tells, goes through the port. */
  begin(setup: TakeSetup, streams: readonly ReadableStream[]): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#takes++;
    this.#worker?.postMessage({ setup, port: port2 } satisfies Beginning, [port2, ...streams]);
    return port1;
  }

  /** Ends a take. */
  end(port: MessagePort): void {
    port.close();
    this.#takes--;
    if (this.scope.signal.aborted) this.#terminateUnused();
  }

  #terminateUnused(): void {
    if (this.#takes === 0) this.#terminate();
  }

  #load(): void {
    const worker = new Worker(new URL('encoder-worker.js', import.meta.url), { type: 'module' });
    const life = this.scope.child();
    this.#worker = worker;
    life.listen<MessageEvent>(worker, 'message', ({ data }) => {
      if (data !== LOADED) return;
      this.#isLoaded = true;
      this.#tell('loaded');
    });
    life.listen(worker, 'error', (event) => {
      life.dispose();
      this.#terminate();
      // Spec: HTML, "run a worker": what a script throws is an ErrorEvent, one that cannot be fetched fires a plain event.
      if (event instanceof ErrorEvent) this.#tell('broken');
      else this.scope.timeout(() => this.#load(), RETRY_MS);
    });
  }

  #terminate(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#isLoaded = false;
  }

  #tell(type: 'loaded' | 'broken'): void {
    this.dispatchEvent(new Event(type));
  }
}
