import { IndexedDbStore } from './indexed-db-store.js';
import { OpfsStore } from './opfs-store.js';
import type { Scope } from './scope.js';
import { TakeBytes } from './take-bytes.js';
import { heldLocks, holdLock, isTakeLock, takeLock } from './take-locks.js';
import { markUnsent } from './unsent-flag.js';
import { KEPT_MS, type TakeRecord, type TakeStore } from './take-store.js';

/** The takes that this browser keeps: those this page records, and those that pages before it have left. */
export class UnsentTakes {
  private constructor(
    /** Null where the browser keeps nothing: takes are then in memory only. */
    readonly store: TakeStore | null,
    private readonly memberId: number,
    /** The locks are held as long as this. */
    private readonly scope: Scope,
  ) {}

  /** Opens the best store that this browser has. */
  static async open(memberId: number, scope: Scope): Promise<UnsentTakes> {
    return new UnsentTakes(await openStore(), memberId, scope);
  }

  /** Begins a take that no other page will touch. */
  begin(liveId: number, after: string | null, onStoreFailed: (error: unknown) => void): TakeBytes {
    const record: TakeRecord = { takeId: crypto.randomUUID(), liveId, memberId: this.memberId, begunMs: Date.now(), after };
    if (this.store) {
      void holdLock(takeLock(record.takeId), this.scope).catch(() => {});
      markUnsent(true);
    }
    return TakeBytes.begin(record, this.store, onStoreFailed);
  }

  /** The member's takes that nobody has in hand, oldest first; they are in this page's hands from now on. */
  async adopt(liveId?: number): Promise<TakeBytes[]> {
    const { store } = this;
    if (!store) return [];
    const stored = await store.list().catch(() => []);
    const adopted: TakeBytes[] = [];
    for (const take of stored.sort((a, b) => a.record.begunMs - b.record.begunMs)) {
      const { record } = take;
      if (record.memberId !== this.memberId || (liveId !== undefined && record.liveId !== liveId)) continue;
      if (!(await holdLock(takeLock(record.takeId), this.scope))) continue;
      if (take.start === take.end || Date.now() - record.begunMs > KEPT_MS) await store.remove(record.takeId).catch(() => {});
      else adopted.push(TakeBytes.left(take, store));
    }
    return adopted;
  }

  /** The member's lives of which something is kept that nobody has in hand, with how many bytes. */
  async lives(): Promise<Map<number, number>> {
    const lives = new Map<number, number>();
    const held = new Set(await heldLocks());
    for (const { record, start, end } of (await this.store?.list().catch(() => [])) ?? []) {
      if (record.memberId !== this.memberId || held.has(takeLock(record.takeId))) continue;
      lives.set(record.liveId, (lives.get(record.liveId) ?? 0) + end - start);
    }
    return lives;
  }

  /** Lets go of what is kept of a live that is no more. */
  async forget(liveId: number): Promise<void> {
    for (const take of await this.adopt(liveId)) await take.remove();
  }

  /** Takes the flag back once the store is empty. */
  async tidy(): Promise<void> {
    // A take that another page has only begun may have nothing in the store yet.
    if ((await heldLocks()).some(isTakeLock)) return;
    const stored = await this.store?.list().catch(() => null);
    if (stored?.length === 0) markUnsent(false);
  }
}

async function openStore(): Promise<TakeStore | null> {
  // Without locks two pages would send, and free, the same take.
  if (!globalThis.navigator?.locks || !navigator.storage) return null;
  for (const store of [OpfsStore, IndexedDbStore]) {
    try {
      return await store.open();
    } catch {
      // Not in this browser, or not in this kind of window: the next one may be.
    }
  }
  return null;
}
