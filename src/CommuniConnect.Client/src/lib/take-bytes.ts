import { KeptBytes } from './kept-bytes.js';
import { BEGINNING, type StoredTake, type TakeRecord, type TakeStore } from './take-store.js';

// Enough for a short cut; what is older is read from the store again.
const HELD_BYTES = 16 * 1024 * 1024;

/** What is not yet durable of one take: the newest in memory, all of it in the browser's store as long as that takes it. */
export class TakeBytes {
  /** Up to here the store has everything that is kept. */
  #stored: number;
  #storing: boolean;

  private constructor(
    readonly record: TakeRecord,
    readonly kept: KeptBytes,
    private readonly store: TakeStore | null,
    private readonly onStoreFailed: (error: unknown) => void,
  ) {
    this.#stored = kept.end;
    this.#storing = store !== null;
  }

  /** A take that begins; `onStoreFailed` is called once, when the store takes no more and the rest stays in memory. */
  static begin(record: TakeRecord, store: TakeStore | null, onStoreFailed: (error: unknown) => void = () => {}): TakeBytes {
    return new TakeBytes(record, new KeptBytes(), store, onStoreFailed);
  }

  /** A take that a page before this one has left. */
  static left(stored: StoredTake, store: TakeStore): TakeBytes {
    return new TakeBytes(stored.record, new KeptBytes(stored.start, stored.end), store, () => {});
  }

  get waitingBytes(): number {
    return this.kept.end - this.kept.start;
  }

  /** Bytes that would be lost with the page. */
  get onlyInMemoryBytes(): number {
    return this.kept.end - Math.max(this.#stored, this.kept.start);
  }

  /** Whether the viewers may have seen nothing before it: then they see all of it, however late it comes. */
  get mayBeFirst(): boolean {
    return this.kept.start === 0 && (this.record.after === null || this.record.after === BEGINNING);
  }

  append(bytes: Uint8Array): void {
    const offset = this.kept.end;
    this.kept.append(bytes);
    if (!this.#storing || !this.store) return;
    const end = offset + bytes.length;
    this.store.append(this.record, offset, bytes).then(
      () => {
        if (offset === this.#stored) this.#stored = end;
        // Such a take is sent from its beginning by the connection, which reads from memory.
        if (!this.mayBeFirst) this.kept.letGo(Math.min(this.#stored, this.kept.end - HELD_BYTES));
      },
      (error: unknown) => {
        if (!this.#storing) return;
        // What would follow is of no use in the store without this.
        this.#storing = false;
        this.onStoreFailed(error);
      },
    );
  }

  /** Everything before `offset` is durable. */
  freeUntil(offset: number): void {
    if (offset <= this.kept.start) return;
    this.kept.freeUntil(offset);
    this.store?.free(this.record.takeId, this.kept.start).catch(() => {});
  }

  /** `most` bytes from `offset` on, from wherever they are, or fewer where there are no more. */
  async read(offset: number, most: number): Promise<Uint8Array<ArrayBuffer>> {
    if (offset >= this.kept.held || !this.store) return this.kept.read(offset, most);
    const out = new Uint8Array(Math.min(most, this.kept.end - offset));
    let filled = 0;
    // The store gives a piece at a time, which may be smaller than one frame.
    while (filled < out.length) {
      const at = offset + filled;
      const piece = at < this.kept.held
        ? await this.store.read(this.record.takeId, at, Math.min(out.length - filled, this.kept.held - at))
        : this.kept.read(at, out.length - filled);
      if (piece.length === 0) break;
      out.set(piece, filled);
      filled += piece.length;
    }
    return out.subarray(0, filled);
  }

  /** The take is whole on the server, or no longer wanted. */
  async remove(): Promise<void> {
    this.#storing = false;
    this.kept.freeUntil(this.kept.end);
    await this.store?.remove(this.record.takeId).catch(() => {});
  }
}
