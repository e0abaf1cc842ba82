import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StallCount } from '../src/lib/stall-count.js';

test('Picture_and_sound_that_stand_still_together_count_once', () => {
  const stalls = new StallCount();
  assert.equal(stalls.add(5000), true);
  assert.equal(stalls.add(5066), false);
  assert.equal(stalls.total, 1);
});

test('A_live_that_keeps_standing_still_is_counted_again', () => {
  const stalls = new StallCount();
  for (let ms = 0; ms < 3000; ms += 200) stalls.add(ms);
  assert.equal(stalls.total, 3);
});
