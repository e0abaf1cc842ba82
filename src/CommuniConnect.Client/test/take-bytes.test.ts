import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extentOf, folderName, parseFolderName } from '../src/lib/opfs-protocol.js';
import { TakeBytes } from '../src/lib/take-bytes.js';
import { StoreFull, type StoredTake, type TakeRecord, type TakeStore } from '../src/lib/take-store.js';

const record: TakeRecord = {
  takeId: '00000000-0000-4000-8000-000000000001', liveId: 7, memberId: 3, begunMs: 5,
  after: '00000000-0000-4000-8000-000000000000',
};

/** A store with so much room, which gives a few bytes at a time. */
class SmallStore implements TakeStore {
  bytes: number[] = [];
  freed = 0;
  removed = false;

  constructor(private readonly room: number) {}

  list(): Promise<StoredTake[]> {
    return Promise.resolve([{ record, start: 0, end: this.bytes.length }]);
  }

  async append(_: TakeRecord, offset: number, bytes: Uint8Array): Promise<void> {
    if (this.bytes.length + bytes.length > this.room) throw new StoreFull();
    assert.equal(offset, this.bytes.length);
    this.bytes.push(...bytes);
  }

  async read(_: string, offset: number, most: number): Promise<Uint8Array> {
    return Uint8Array.from(this.bytes.slice(offset, offset + Math.min(most, 3)));
  }

  async free(_: string, offset: number): Promise<void> {
    this.freed = offset;
  }

  async remove(): Promise<void> {
    this.removed = true;
  }
}

test('What_a_page_before_has_left_is_read_whole_from_the_store', async () => {
  const store = new SmallStore(100);
  store.bytes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const take = TakeBytes.left((await store.list())[0]!, store);
  assert.equal(take.waitingBytes, 10);
  assert.deepEqual([...(await take.read(2, 7))], [2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual([...(await take.read(8, 50))], [8, 9]);
  take.freeUntil(6);
  assert.equal(store.freed, 6);
  await take.remove();
  assert.ok(store.removed);
});

test('What_a_full_store_does_not_take_stays_in_memory_and_is_told_once', async () => {
  const store = new SmallStore(4);
  const failures: unknown[] = [];
  const take = TakeBytes.begin(record, store, (error) => failures.push(error));
  for (let i = 0; i < 5; i++) take.append(Uint8Array.of(2 * i, 2 * i + 1));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(store.bytes, [0, 1, 2, 3]);
  assert.equal(failures.length, 1);
  assert.equal(take.onlyInMemoryBytes, 6);
  assert.deepEqual([...(await take.read(0, 10))], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('The_name_of_a_folder_tells_all_of_a_take', () => {
  assert.deepEqual(parseFolderName(folderName(record)), record);
  assert.deepEqual(parseFolderName(folderName({ ...record, after: null })), { ...record, after: null });
  for (const name of ['', 'probe-1', '1_2_3', `1_2_3_${record.takeId}`, '../x']) assert.equal(parseFolderName(name), null);
});

test('A_hole_ends_what_can_be_sent', () => {
  assert.deepEqual(extentOf([]), { start: 0, end: 0 });
  assert.deepEqual(extentOf([{ offset: 9, length: 1 }, { offset: 4, length: 3 }, { offset: 7, length: 1 }]), { start: 4, end: 8 });
});
