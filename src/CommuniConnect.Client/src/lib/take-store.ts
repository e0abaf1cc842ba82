/** What the first take of a live follows. */
export const BEGINNING = '00000000-0000-0000-0000-000000000000';

/** What is known of a take besides its bytes; it never changes. */
export interface TakeRecord {
  readonly takeId: string;
  readonly liveId: number;
  /** Who recorded it: members may share a browser. */
  readonly memberId: number;
  /** When it began, in milliseconds since 1970: takes of a live go up in this order. */
  readonly begunMs: number;
  /** The take it follows, or `BEGINNING`; null when none is known. */
  readonly after: string | null;
}

/** A take as a store has it: the bytes from `start` up to `end`, without a hole. */
export interface StoredTake {
  readonly record: TakeRecord;
  readonly start: number;
  readonly end: number;
}

/** Keeps the bytes of takes beyond the life of a page. Every operation may fail: see `StoreFull`. */
export interface TakeStore {
  /** Every take there is, in no order. */
  list(): Promise<StoredTake[]>;
  /** Adds bytes behind those there are. */
  append(record: TakeRecord, offset: number, bytes: Uint8Array): Promise<void>;
  /** Up to `most` bytes from `offset` on, at least one where there is one. */
  read(takeId: string, offset: number, most: number): Promise<Uint8Array>;
  /** Bytes before `offset` are no longer needed. */
  free(takeId: string, offset: number): Promise<void>;
  /** The take is no longer needed. */
  remove(takeId: string): Promise<void>;
}

/** There is no room left, by the browser's measure or by ours. */
export class StoreFull extends Error {
  constructor() {
    super('full');
    this.name = 'QuotaExceededError';
  }
}

// An hour of a live at the higher quality; a phone's storage belongs to its owner.
const MOST_BYTES = 512 * 1024 * 1024;

/** How many bytes all takes together may have in this browser. */
export async function storeBudget(): Promise<number> {
  const { quota = 0, usage = 0 } = (await navigator.storage.estimate?.()) ?? {};
  return quota > 0 ? Math.min(MOST_BYTES, (quota - usage) / 2) : MOST_BYTES;
}

const DAY_MS = 86_400_000;
/** Nobody comes back to a live after this long. */
export const KEPT_MS = 30 * DAY_MS;
