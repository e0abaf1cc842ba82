import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallBitsPerSecond, SmallControl } from '../src/lib/small-control.js';

/** Follows calm for so many seconds from a time on, ten times a second; gives when it was first on, or null. */
function calm(control: SmallControl, fromMs: number, seconds: number): number | null {
  for (let atMs = fromMs; atMs <= fromMs + seconds * 1000; atMs += 100) {
    if (control.follow(atMs, true)) return atMs;
  }
  return null;
}

test('It_begins_after_a_calm_while_and_ends_with_the_first_trouble', () => {
  const control = new SmallControl();
  assert.equal(calm(control, 0, 10), 3_000);
  assert.equal(control.follow(3_100, true), true);
  assert.equal(control.follow(3_200, false), false);
  assert.equal(control.follow(3_300, true), false);
});

test('Each_time_it_was_too_much_the_next_try_waits_longer_and_no_longer_than_a_minute', () => {
  const control = new SmallControl();
  const waits: number[] = [];
  let atMs = 0;
  for (let i = 0; i < 6; i++) {
    const begunMs = calm(control, atMs, 400)!;
    waits.push(begunMs - atMs);
    control.follow(begunMs + 1_000, false);
    atMs = begunMs + 1_100;
  }
  assert.deepEqual(waits, [3_000, 6_000, 12_000, 24_000, 48_000, 60_000]);
});

test('One_that_went_well_for_long_is_soon_tried_again', () => {
  const control = new SmallControl();
  const begunMs = calm(control, 0, 10)!;
  control.follow(begunMs + 1_000, false);
  const againMs = calm(control, begunMs + 1_100, 20)!;
  control.follow(againMs + 61_000, false);
  assert.equal(calm(control, againMs + 61_100, 10), againMs + 64_100);
});

test('Trouble_before_it_has_begun_begins_the_wait_anew_and_is_not_blamed_on_it', () => {
  const control = new SmallControl();
  control.follow(0, true);
  control.follow(2_900, false);
  assert.equal(calm(control, 3_000, 10), 6_000);
});

test('It_takes_a_fifth_of_the_large_picture_and_no_more_than_250_kbit', () => {
  assert.equal(smallBitsPerSecond(1_200_000), 240_000);
  assert.equal(smallBitsPerSecond(2_500_000), 250_000);
});
