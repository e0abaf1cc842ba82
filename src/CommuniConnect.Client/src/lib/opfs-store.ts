import type { StoreAnswer, StoreRequest } from './opfs-protocol.js';
import { StoreFull, type StoredTake, type TakeRecord, type TakeStore } from './take-store.js';

const OPEN_MS = 5000;

/**
 * Takes as files of the browser's own file system, written by a worker: only there can a file be written in place, so
 * that what was written is there after a crash of the page.
 */
export class OpfsStore implements TakeStore {
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #asked = 0;

  private constructor(private readonly worker: Worker) {
    worker.addEventListener('message', (event: MessageEvent<StoreAnswer>) => this.#answered(event.data));
    worker.addEventListener('error', () => this.#fail());
  }

  /** Opens the store; fails where the browser has none or forbids it. */
  static async open(): Promise<OpfsStore> {
    await navigator.storage.getDirectory();
    const store = new OpfsStore(new Worker('/dist/store-worker.js', { type: 'module' }));
    const tooLate = setTimeout(() => store.#fail(), OPEN_MS);
    try {
      await store.#ask<void>({ op: 'open' });
      return store;
    } catch (error) {
      store.worker.terminate();
      throw error;
    } finally {
      clearTimeout(tooLate);
    }
  }

  list(): Promise<StoredTake[]> {
    return this.#ask({ op: 'list' });
  }

  append(record: TakeRecord, offset: number, bytes: Uint8Array): Promise<void> {
    return this.#ask({ op: 'append', record, offset, bytes });
  }

  read(takeId: string, offset: number, most: number): Promise<Uint8Array> {
    return this.#ask({ op: 'read', takeId, offset, most });
  }

  free(takeId: string, offset: number): Promise<void> {
    return this.#ask({ op: 'free', takeId, offset });
  }

  remove(takeId: string): Promise<void> {
    return this.#ask({ op: 'remove', takeId });
  }

  #ask<T>(request: StoreRequest): Promise<T> {
    const id = ++this.#asked;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, ...request });
    });
  }

  #answered({ id, value, error }: StoreAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value as never);
    else waiting?.reject(error === 'QuotaExceededError' ? new StoreFull() : new Error(error));
  }

  #fail(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('the store does not answer'));
    this.#waiting.clear();
  }
}
