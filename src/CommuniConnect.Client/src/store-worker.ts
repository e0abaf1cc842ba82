import { extentOf, folderName, parseFolderName, type Piece, type StoreAnswer, type StoreRequest } from './lib/opfs-protocol.js';
import { StoreFull, storeBudget, type StoredTake, type TakeRecord } from './lib/take-store.js';

// What is acknowledged is freed by the piece.
const PIECE_BYTES = 1024 * 1024;
const SYNC_BYTES = 256 * 1024;

/** A file that is open for writing; not in TypeScript's library for pages. */
interface SyncFile {
  write(bytes: Uint8Array, options: { at: number }): number;
  read(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

interface Folder {
  readonly record: TakeRecord;
  readonly handle: FileSystemDirectoryHandle;
  /** Oldest first; the last one may be open. */
  readonly pieces: { offset: number; length: number }[];
  open: SyncFile | null;
  unsyncedBytes: number;
}

let root: FileSystemDirectoryHandle;
let budgetBytes = 0;
let totalBytes = 0;
const folders = new Map<string, Folder>();

const pieceName = (offset: number) => String(offset).padStart(15, '0');
const endOf = (pieces: readonly Piece[]) => (pieces.at(-1)?.offset ?? 0) + (pieces.at(-1)?.length ?? 0);

async function open(): Promise<void> {
  root = await (await navigator.storage.getDirectory()).getDirectoryHandle('takes', { create: true });
  // Tried once, so that a browser that has folders but no writable files is known before anything is recorded.
  const probe = await root.getFileHandle(`probe-${crypto.randomUUID()}`, { create: true });
  (await openFile(probe)).close();
  await root.removeEntry(probe.name);
  await list();
  budgetBytes = totalBytes + (await storeBudget());
}

function openFile(file: FileSystemFileHandle): Promise<SyncFile> {
  return (file as FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> }).createSyncAccessHandle();
}

/** Reads the folders of others anew; what this worker writes it knows itself. */
async function list(): Promise<StoredTake[]> {
  const takes: StoredTake[] = [];
  totalBytes = 0;
  for await (const entry of root.values()) {
    if (entry.kind !== 'directory') continue;
    const record = parseFolderName(entry.name);
    if (!record) continue;
    const known = folders.get(record.takeId);
    const pieces = known?.pieces ?? (await piecesOf(entry as FileSystemDirectoryHandle));
    totalBytes += pieces.reduce((sum, piece) => sum + piece.length, 0);
    takes.push({ record, ...extentOf(pieces) });
  }
  return takes;
}

async function piecesOf(handle: FileSystemDirectoryHandle): Promise<{ offset: number; length: number }[]> {
  const pieces: { offset: number; length: number }[] = [];
  for await (const file of handle.values()) {
    if (file.kind !== 'file') continue;
    const { size } = await (file as FileSystemFileHandle).getFile();
    pieces.push({ offset: Number(file.name), length: size });
  }
  return pieces.sort((a, b) => a.offset - b.offset);
}

async function find(takeId: string): Promise<Folder | null> {
  const known = folders.get(takeId);
  if (known) return known;
  for await (const entry of root.values()) {
    const record = entry.kind === 'directory' ? parseFolderName(entry.name) : null;
    if (record?.takeId !== takeId) continue;
    const handle = entry as FileSystemDirectoryHandle;
    const folder: Folder = { record, handle, pieces: await piecesOf(handle), open: null, unsyncedBytes: 0 };
    folders.set(takeId, folder);
    return folder;
  }
  return null;
}

async function append(record: TakeRecord, offset: number, bytes: Uint8Array): Promise<void> {
  if (totalBytes + bytes.length > budgetBytes) throw new StoreFull();
  let folder = folders.get(record.takeId);
  if (!folder) {
    const handle = await root.getDirectoryHandle(folderName(record), { create: true });
    folder = { record, handle, pieces: [], open: null, unsyncedBytes: 0 };
    folders.set(record.takeId, folder);
  }
  let piece = folder.pieces.at(-1);
  if (!folder.open || !piece || piece.length >= PIECE_BYTES) {
    closePiece(folder);
    folder.open = await openFile(await folder.handle.getFileHandle(pieceName(offset), { create: true }));
    piece = { offset, length: 0 };
    folder.pieces.push(piece);
  }
  const written = folder.open.write(bytes, { at: piece.length });
  if (written < bytes.length) {
    folder.open.truncate(piece.length);
    throw new StoreFull();
  }
  piece.length += bytes.length;
  totalBytes += bytes.length;
  // What is written survives the page; what is synced, a phone that goes out.
  folder.unsyncedBytes += bytes.length;
  if (folder.unsyncedBytes >= SYNC_BYTES) {
    folder.open.flush();
    folder.unsyncedBytes = 0;
  }
}

function closePiece(folder: Folder): void {
  folder.open?.flush();
  folder.open?.close();
  folder.open = null;
  folder.unsyncedBytes = 0;
}

async function read(takeId: string, offset: number, most: number): Promise<Uint8Array> {
  const folder = await find(takeId);
  const piece = folder?.pieces.findLast((each) => each.offset <= offset);
  if (!folder || !piece) return new Uint8Array(0);
  const from = offset - piece.offset;
  const length = Math.max(0, Math.min(most, piece.length - from));
  const out = new Uint8Array(length);
  if (folder.open && piece === folder.pieces.at(-1)) {
    folder.open.read(out, { at: from });
    return out;
  }
  const file = await (await folder.handle.getFileHandle(pieceName(piece.offset))).getFile();
  return new Uint8Array(await file.slice(from, from + length).arrayBuffer());
}

async function free(takeId: string, offset: number): Promise<void> {
  const folder = await find(takeId);
  if (!folder) return;
  while (folder.pieces.length > 0 && endOf(folder.pieces.slice(0, 1)) <= offset) {
    const piece = folder.pieces[0]!;
    // The piece that is being written goes with the next one, or with the take.
    if (folder.pieces.length === 1 && piece.length < PIECE_BYTES) return;
    if (folder.pieces.length === 1) closePiece(folder);
    await folder.handle.removeEntry(pieceName(piece.offset));
    folder.pieces.shift();
    totalBytes -= piece.length;
  }
}

async function remove(takeId: string): Promise<void> {
  const folder = await find(takeId);
  if (!folder) return;
  closePiece(folder);
  folders.delete(takeId);
  totalBytes -= folder.pieces.reduce((sum, piece) => sum + piece.length, 0);
  await root.removeEntry(folder.handle.name, { recursive: true });
}

function carryOut(request: StoreRequest): Promise<StoredTake[] | Uint8Array | void> {
  switch (request.op) {
    case 'open': return open();
    case 'list': return list();
    case 'append': return append(request.record, request.offset, request.bytes);
    case 'read': return read(request.takeId, request.offset, request.most);
    case 'free': return free(request.takeId, request.offset);
    case 'remove': return remove(request.takeId);
  }
}

// One after the other: bytes stay in order, and no file is opened twice.
let turn: Promise<void> = Promise.resolve();
addEventListener('message', ({ data }: MessageEvent<StoreRequest & { id: number }>) => {
  turn = turn.then(async () => {
    let answer: StoreAnswer;
    try {
      answer = { id: data.id, value: (await carryOut(data)) ?? undefined };
    } catch (error) {
      answer = { id: data.id, error: error instanceof Error || error instanceof DOMException ? error.name : 'Error' };
    }
    postMessage(answer);
  });
});
