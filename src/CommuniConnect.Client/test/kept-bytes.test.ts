import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptBytes } from '../src/lib/kept-bytes.js';

function filled(): KeptBytes {
  const kept = new KeptBytes();
  for (const chunk of [[0, 1, 2], [3], [], [4, 5, 6, 7]]) kept.append(Uint8Array.from(chunk));
  return kept;
}

test('Every_range_reads_the_same_whatever_was_freed_before_it', () => {
  for (let freed = 0; freed <= 8; freed++) {
    const kept = filled();
    kept.freeUntil(freed);
    assert.equal(kept.start, freed);
    assert.equal(kept.end, 8);
    for (let from = freed; from <= 8; from++) {
      for (let most = 0; most <= 9; most++) {
        const want = [0, 1, 2, 3, 4, 5, 6, 7].slice(from, from + most);
        assert.deepEqual([...kept.read(from, most)], want);
      }
    }
  }
});

test('Freeing_again_or_too_far_keeps_offsets_right', () => {
  const kept = filled();
  kept.freeUntil(5);
  kept.freeUntil(2);
  assert.equal(kept.start, 5);
  kept.freeUntil(100);
  assert.equal(kept.start, 8);
  kept.append(Uint8Array.of(8));
  assert.deepEqual([...kept.read(8, 10)], [8]);
});

test('Age_is_that_of_the_oldest_byte_that_waits', () => {
  const kept = new KeptBytes();
  for (let i = 0; i < 10; i++) kept.append(Uint8Array.of(i), i * 1000);
  assert.equal(kept.ageMs(0, 9500), 9500);
  assert.equal(kept.ageMs(7, 9500), 2500);
  assert.equal(kept.ageMs(10, 9500), 0);
  kept.freeUntil(5);
  assert.equal(kept.ageMs(kept.start, 9500), 4500);
  assert.ok(kept.seconds >= 4 && kept.seconds < 5);
});

test('What_the_store_has_may_leave_memory_and_still_waits', () => {
  const kept = filled();
  kept.letGo(5);
  assert.equal(kept.start, 0);
  assert.equal(kept.held, 5);
  assert.equal(kept.read(2, 9).length, 0);
  assert.deepEqual([...kept.read(5, 9)], [5, 6, 7]);
});
