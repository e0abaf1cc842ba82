import { extentOf, type Piece } from './opfs-protocol.js';
import { StoreFull, storeBudget, type StoredTake, type TakeRecord, type TakeStore } from './take-store.js';

const DATABASE = 'communiconnect-takes';
// A transaction for each of forty chunks a second would be forty syncs of the disk.
const PIECE_BYTES = 256 * 1024;
const PIECE_MS = 250;

interface StoredPiece extends Piece {
  readonly takeId: string;
  readonly bytes: Uint8Array;
}

interface Batch {
  readonly record: TakeRecord;
  readonly offset: number;
  readonly chunks: Uint8Array[];
  length: number;
  readonly written: Promise<void>;
}

/** Takes in IndexedDB, for browsers whose file system cannot be written in place. */
export class IndexedDbStore implements TakeStore {
  readonly #batches = new Map<string, Batch>();
  #totalBytes = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly database: IDBDatabase,
    private readonly budgetBytes: number,
  ) {}

  /** Opens the store; fails where the browser has none or forbids it. */
  static async open(): Promise<IndexedDbStore> {
    const request = indexedDB.open(DATABASE, 1);
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore('takes', { keyPath: 'takeId' });
      request.result.createObjectStore('pieces', { keyPath: ['takeId', 'offset'] });
    });
    const database = await answer(request);
    const store = new IndexedDbStore(database, await storeBudget());
    await store.list();
    return store;
  }

  async list(): Promise<StoredTake[]> {
    const transaction = this.database.transaction(['takes', 'pieces']);
    const records: TakeRecord[] = await answer(transaction.objectStore('takes').getAll());
    const takes = await Promise.all(
      records.map(async (record) => ({ record, pieces: await this.#piecesOf(record.takeId) })),
    );
    this.#totalBytes = takes.flatMap((take) => take.pieces).reduce((sum, piece) => sum + piece.length, 0);
    return takes.map(({ record, pieces }) => ({ record, ...extentOf(pieces) }));
  }

  append(record: TakeRecord, offset: number, bytes: Uint8Array): Promise<void> {
    if (this.#totalBytes + bytes.length > this.budgetBytes) return Promise.reject(new StoreFull());
    this.#totalBytes += bytes.length;
    let batch = this.#batches.get(record.takeId);
    if (!batch || batch.length >= PIECE_BYTES) {
      const begun: Batch = {
        record, offset, chunks: [], length: 0,
        written: new Promise<void>((resolve) => setTimeout(resolve, PIECE_MS)).then(() => this.#write(begun)),
      };
      batch = begun;
      this.#batches.set(record.takeId, batch);
    }
    batch.chunks.push(bytes);
    batch.length += bytes.length;
    return batch.written;
  }

  async read(takeId: string, offset: number, most: number): Promise<Uint8Array> {
    const piece = (await this.#piecesOf(takeId)).findLast((each) => each.offset <= offset);
    if (!piece) return new Uint8Array(0);
    const stored: StoredPiece = await answer(this.#pieces('readonly').get([takeId, piece.offset]));
    return stored.bytes.slice(offset - piece.offset, offset - piece.offset + most);
  }

  async free(takeId: string, offset: number): Promise<void> {
    for (const piece of await this.#piecesOf(takeId)) {
      if (piece.offset + piece.length > offset) return;
      await answer(this.#pieces('readwrite').delete([takeId, piece.offset]));
      this.#totalBytes -= piece.length;
    }
  }

  async remove(takeId: string): Promise<void> {
    await this.#batches.get(takeId)?.written.catch(() => {});
    this.#batches.delete(takeId);
    await this.free(takeId, Infinity);
    await answer(this.database.transaction('takes', 'readwrite').objectStore('takes').delete(takeId));
  }

  #write(batch: Batch): Promise<void> {
    if (this.#batches.get(batch.record.takeId) === batch) this.#batches.delete(batch.record.takeId);
    const bytes = new Uint8Array(batch.length);
    let at = 0;
    for (const chunk of batch.chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    const piece: StoredPiece = { takeId: batch.record.takeId, offset: batch.offset, length: batch.length, bytes };
    const written = this.#turn.then(() => this.#put(batch.record, piece));
    // One that failed must not fail those behind it: they fail by themselves, or not.
    this.#turn = written.catch(() => {});
    return written;
  }

  async #put(record: TakeRecord, piece: StoredPiece): Promise<void> {
    const transaction = this.database.transaction(['takes', 'pieces'], 'readwrite');
    transaction.objectStore('takes').put(record);
    transaction.objectStore('pieces').put(piece);
    await new Promise<void>((resolve, reject) => {
      transaction.addEventListener('complete', () => resolve());
      transaction.addEventListener('abort', () => {
        this.#totalBytes -= piece.length;
        reject(transaction.error ?? new StoreFull());
      });
    });
  }

  #pieces(mode: IDBTransactionMode): IDBObjectStore {
    return this.database.transaction('pieces', mode).objectStore('pieces');
  }

  /** Where the pieces of a take lie, without their bytes but for their number. */
  async #piecesOf(takeId: string): Promise<Piece[]> {
    const range = IDBKeyRange.bound([takeId, 0], [takeId, Infinity]);
    const pieces: Piece[] = [];
    const request = this.#pieces('readonly').openCursor(range);
    return new Promise((resolve, reject) => {
      request.addEventListener('error', () => reject(request.error));
      request.addEventListener('success', () => {
        const cursor = request.result;
        if (!cursor) return resolve(pieces);
        const { offset, length } = cursor.value as StoredPiece;
        pieces.push({ offset, length });
        cursor.continue();
      });
    });
  }
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
}
