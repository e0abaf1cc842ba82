import type { StoredTake, TakeRecord } from './take-store.js';

/** What the page asks of the worker that has the files. */
export type StoreRequest =
  | { readonly op: 'open' }
  | { readonly op: 'list' }
  | { readonly op: 'append'; readonly record: TakeRecord; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly op: 'read'; readonly takeId: string; readonly offset: number; readonly most: number }
  | { readonly op: 'free'; readonly takeId: string; readonly offset: number }
  | { readonly op: 'remove'; readonly takeId: string };

export interface StoreAnswer {
  readonly id: number;
  readonly value?: StoredTake[] | Uint8Array | undefined;
  /** The name of the error, when it failed. */
  readonly error?: string;
}

/** The name of a take's folder is all that is known of it: a name is whole or not there, also after a crash. */
export function folderName(record: TakeRecord): string {
  return [record.liveId, record.memberId, record.begunMs, record.takeId, record.after ?? ''].join('_');
}

/** Reads a folder's name; null when it is none of ours. */
export function parseFolderName(name: string): TakeRecord | null {
  const match = /^(\d+)_(\d+)_(\d+)_([0-9a-f-]{36})_([0-9a-f-]{36})?$/.exec(name);
  if (!match) return null;
  const [, liveId, memberId, begunMs, takeId, after] = match;
  return {
    liveId: Number(liveId), memberId: Number(memberId), begunMs: Number(begunMs), takeId: takeId!, after: after ?? null,
  };
}

/** A piece of a take: named after the offset of its first byte. */
export interface Piece {
  readonly offset: number;
  readonly length: number;
}

/** What follows on without a hole from the first piece on; a crash may have left a piece of another length. */
export function extentOf(pieces: readonly Piece[]): { start: number; end: number } {
  const sorted = [...pieces].sort((a, b) => a.offset - b.offset);
  const start = sorted[0]?.offset ?? 0;
  let end = start;
  for (const piece of sorted) {
    if (piece.offset !== end) break;
    end += piece.length;
  }
  return { start, end };
}
