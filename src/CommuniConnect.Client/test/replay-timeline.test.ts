import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplayTimeline } from '../src/lib/replay-timeline.js';

const parts = [{ url: 'a', duration: 12 }, { url: 'b', duration: 6 }, { url: 'c', duration: 2 }];

test('Every_instant_has_one_place_in_one_part', () => {
  const timeline = new ReplayTimeline(parts);
  assert.equal(timeline.duration, 20);
  assert.deepEqual(timeline.placeOf(0), { part: 0, offset: 0 });
  assert.deepEqual(timeline.placeOf(11.5), { part: 0, offset: 11.5 });
  assert.deepEqual(timeline.placeOf(12), { part: 1, offset: 0 });
  assert.deepEqual(timeline.placeOf(19), { part: 2, offset: 1 });
  assert.deepEqual(timeline.placeOf(99), { part: 2, offset: 2 });
  assert.deepEqual(timeline.placeOf(-1), { part: 0, offset: 0 });
});

test('A_corrected_length_moves_the_parts_after_it', () => {
  const timeline = new ReplayTimeline(parts);
  timeline.correct(0, 10);
  timeline.correct(1, Infinity);
  assert.equal(timeline.startOf(1), 10);
  assert.equal(timeline.duration, 18);
});
