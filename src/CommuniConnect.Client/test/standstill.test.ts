import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Standstill } from '../src/lib/standstill.js';

test('A_screen_that_does_not_change_is_no_stall_however_seldom_it_is_sent', () => {
  const picture = new Standstill();
  for (let i = 0; i < 5; i++) assert.equal(picture.show(10 + 3 * i, 3000 * i), false);
});

test('A_picture_that_comes_late_is_one', () => {
  const picture = new Standstill();
  picture.show(10, 0);
  assert.equal(picture.show(10.033, 320), false);
  assert.equal(picture.show(10.066, 320 + 340), true);
  assert.equal(picture.show(10.1, 700), false);
});

test('So_is_one_before_which_some_were_left_out', () => {
  const picture = new Standstill();
  picture.show(10, 0);
  picture.skip();
  assert.equal(picture.show(13, 3000), true);
  assert.equal(picture.show(16, 6000), false);
});

test('What_was_shown_before_a_pause_does_not_count_nor_does_a_clock_that_goes_back', () => {
  const picture = new Standstill();
  picture.show(10, 0);
  picture.forget();
  assert.equal(picture.show(60, 50_000), false);
  assert.equal(picture.show(5, 50_033), false);
  assert.equal(picture.show(4, 50_400), true);
});
