import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveExtent } from '../src/lib/live-extent.js';

test('A_live_grows_with_the_clock_from_where_it_was_last_heard_of', () => {
  const extent = new LiveExtent();
  assert.equal(extent.at(1_000), 0);
  extent.note(60, 1_000);
  assert.equal(extent.at(1_000), 60);
  assert.equal(extent.at(3_500), 62.5);
  extent.note(61, 3_500);
  assert.equal(extent.at(3_500), 61);
});

test('An_interrupted_live_stands_still_and_goes_on_from_there', () => {
  const extent = new LiveExtent();
  extent.note(10, 0);
  extent.setRunning(false, 2_000);
  extent.setRunning(false, 5_000);
  assert.equal(extent.at(9_000), 12);
  extent.setRunning(true, 9_000);
  assert.equal(extent.at(10_000), 13);
});
