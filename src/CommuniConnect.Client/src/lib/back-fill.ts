import { sendResumable } from './resumable-request.js';
import { Scope } from './scope.js';
import type { TakeBytes } from './take-bytes.js';
import { liveLock, waitForLock } from './take-locks.js';
import { TakeUpload, type UploadEnd } from './take-upload.js';

export interface BackFillHooks {
  /** Whether tails may be sent now: a take that is not followed by another would be put on air by it. */
  mayRun(): boolean;
  /** How long the live's own bytes wait, in milliseconds; null while nothing is live. */
  liveQueueMs(): number | null;
  /** Something moved: see `waitingBytes`. */
  onProgress(): void;
  /** A take could not be added; `detail` is a sentence to show, empty when there is none. */
  onRefused(detail: string): void;
}

export interface BackFillProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** Seconds of recording that wait; 0 when it is not known. */
  readonly waitingSeconds: number;
}

// While the live's own bytes wait longer than this, no chunk begins; longer than the second, the one on its way is given up.
const LIVE_WAITS_MS = 800;
const LIVE_STARVES_MS = 2500;
const LOOK_MS = 50;
// A chunk in front of the live's bytes delays them by as long as it takes.
const CHUNK_BESIDE_LIVE_MS = 300;
const CHUNK_MS = 2000;
const SIGNED_OUT_MS = 10_000;

/** Adds to a live what was missing of its takes, oldest first, behind the live's own bytes. */
export class BackFill {
  readonly #scope = new Scope();
  readonly #takes: TakeBytes[] = [];
  /** Where each take stood when it was added. */
  readonly #begunAt = new Map<TakeBytes, number>();
  #running: Promise<void> | null = null;
  #doneBytes = 0;

  constructor(
    private readonly liveId: number,
    private readonly hooks: BackFillHooks,
  ) {}

  /** Adds a take of which nothing more is recorded. */
  add(take: TakeBytes): void {
    if (this.idle) this.#doneBytes = 0;
    this.#begunAt.set(take, take.kept.start);
    this.#takes.push(take);
    this.#takes.sort((a, b) => a.record.begunMs - b.record.begunMs);
    this.#running ??= this.#run().finally(() => (this.#running = null));
    this.hooks.onProgress();
  }

  get idle(): boolean {
    return this.#takes.length === 0;
  }

  /** Bytes that are only here, and not in the browser's store. */
  get onlyInMemoryBytes(): number {
    return this.#takes.reduce((sum, take) => sum + take.onlyInMemoryBytes, 0);
  }

  get waitingBytes(): number {
    return this.#takes.reduce((sum, take) => sum + take.waitingBytes, 0);
  }

  get progress(): BackFillProgress {
    const waiting = this.waitingBytes;
    const fromStart = this.#takes.reduce((sum, take) => sum + this.#sentOf(take), this.#doneBytes);
    return {
      sentBytes: fromStart,
      totalBytes: fromStart + waiting,
      waitingSeconds: this.#takes.reduce((sum, take) => sum + take.kept.seconds, 0),
    };
  }

  /** Resolves when nothing waits any more; false when it was given up first. */
  async finish(signal: AbortSignal): Promise<boolean> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (!this.idle && !signal.aborted && !this.#scope.signal.aborted) await Promise.race([this.#running, aborted]);
    return this.idle;
  }

  /** Stops; what waits stays in the store. */
  dispose(): void {
    this.#scope.dispose();
  }

  #sentOf(take: TakeBytes): number {
    return take.kept.start - (this.#begunAt.get(take) ?? 0);
  }

  async #run(): Promise<void> {
    const lock = this.#scope.child();
    // Without locks there is no store either, and no page that would send the same.
    if (navigator.locks) await waitForLock(liveLock(this.liveId), lock).catch(() => {});
    while (!this.idle && !this.#scope.signal.aborted) {
      const take = this.#takes[0]!;
      const end = await this.#upload(take);
      if (end.kind === 'signed-out') await this.#scope.sleep(SIGNED_OUT_MS);
      else if (end.kind !== 'stopped') {
        this.#doneBytes += this.#sentOf(take) + take.waitingBytes;
        this.#takes.splice(this.#takes.indexOf(take), 1);
        if (end.kind !== 'done') this.hooks.onRefused(end.kind === 'refused' ? end.detail : '');
        if (end.kind === 'done' || end.kind === 'refused') await take.remove();
        this.hooks.onProgress();
      }
    }
    lock.dispose();
  }

  #upload(take: TakeBytes): Promise<UploadEnd> {
    const upload = new TakeUpload(take, {
      send: sendResumable,
      turn: () => this.#turn(),
      chunkMs: () => (this.hooks.liveQueueMs() === null ? CHUNK_MS : CHUNK_BESIDE_LIVE_MS),
      standBack: (scope) => this.#standBack(scope),
      onProgress: () => this.hooks.onProgress(),
    }, this.#scope);
    return upload.run();
  }

  async #turn(): Promise<boolean> {
    while (!this.#scope.signal.aborted) {
      if (this.hooks.mayRun() && (this.hooks.liveQueueMs() ?? 0) < LIVE_WAITS_MS) return true;
      await this.#scope.sleep(LOOK_MS);
    }
    return false;
  }

  #standBack(scope: Scope): AbortSignal {
    const starved = new AbortController();
    scope.onDispose(() => starved.abort());
    scope.interval(() => {
      if ((this.hooks.liveQueueMs() ?? 0) > LIVE_STARVES_MS) starved.abort();
    }, LOOK_MS);
    return starved.signal;
  }
}
