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
