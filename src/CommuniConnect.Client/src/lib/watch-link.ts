import { Backoff } from './backoff.js';
import type { LiveSource } from './playback.js';
import type { Scope } from './scope.js';
import type { WatchSocket } from './watch-socket.js';

const GOOD_CONNECTION_MS = 5000;
const MOST_UNANSWERED = 2;
/** A request for a connection that is not answered by then is lost, or held back for good. */
const ANSWER_MS = 6000;

export interface WatchLinkHooks {
  /** Begins a connection, which ends with `life`. */
  connect(life: Scope): WatchSocket;
  /** Whether there is to be one now. When that changes, {@link WatchLink.drop} and {@link WatchLink.resume} are for it. */
  isWanted(): boolean;
  /** The live is over. */
  onEnded(): void;
  /** What is between us and the server lets no WebSocket through. */
  onUnanswered(): void;
}

/** The connection to a live's watch socket, and the next one after every end that is not the live's. */
export class WatchLink {
  #socket: WatchSocket | null = null;
  #bytesBefore = 0;
  #life: Scope | null = null;
  #resume: (() => void) | null = null;

  constructor(
    private readonly source: LiveSource,
    private readonly scope: Scope,
    private readonly hooks: WatchLinkHooks,
  ) {}

  /** The connection there is now. */
  get socket(): WatchSocket | null {
    return this.#socket;
  }

  /** What was received until now, over all connections. */
  get receivedBytes(): number {
    return this.#bytesBefore + (this.#socket?.receivedBytes ?? 0);
  }

  /** Whether it waits: for better luck, or to be wanted again. */
  get isWaiting(): boolean {
    return this.#resume !== null;
  }

  /** Ends this connection; the next begins at once, when it is wanted. */
  drop(): void {
    this.#life?.dispose();
  }

  /** Waits no longer, when a connection is wanted. */
  resume(): void {
    this.#resume?.();
  }

  /** Stays connected until the live or the scope ends. */
  async run(): Promise<void> {
    const { scope, hooks } = this;
    const backoff = new Backoff(100, 5000);
    let unanswered = 0;
    this.scope.listen(window, 'online', () => this.resume());
    while (!scope.signal.aborted) {
      if (!hooks.isWanted()) {
        await this.#untilWanted();
        continue;
      }
      const begunMs = performance.now();
      const opened = await this.#connection();
      if (scope.signal.aborted) return;
      if (!hooks.isWanted()) continue;
      if (performance.now() - begunMs > GOOD_CONNECTION_MS) backoff.reset();
      const ended = await this.source.hasEnded();
      if (ended) {
        if (!scope.signal.aborted) hooks.onEnded();
        return;
      }
      // Where the site itself does not answer, or a proxy for it, it is not the WebSocket that is kept from us.
      unanswered = opened || ended === null ? 0 : unanswered + 1;
      if (unanswered >= MOST_UNANSWERED && navigator.onLine) hooks.onUnanswered();
      await this.#pause(backoff.next());
    }
  }

  /** Whether the server answered. */
  async #connection(): Promise<boolean> {
    const life = this.scope.child();
    this.#life = life;
    const socket = this.hooks.connect(life);
    this.#socket = socket;
    life.timeout(() => {
      if (!socket.opened) life.dispose();
    }, ANSWER_MS);
    await socket.closed;
    this.#bytesBefore += socket.receivedBytes;
    this.#socket = null;
    life.dispose();
    return socket.opened;
  }

  async #untilWanted(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#resume = () => {
        if (this.hooks.isWanted()) resolve();
      };
      this.scope.onDispose(resolve);
    });
    this.#resume = null;
  }

  async #pause(ms: number): Promise<void> {
    const waited = this.scope.child();
    this.#resume = () => waited.dispose();
    await waited.sleep(ms);
    this.#resume = null;
  }
}
