import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../src/lib/backoff.js';
import { ago, bytes, clock, delay } from '../src/lib/format.js';

test('A_clock_shows_minutes_and_seconds_and_hours_only_when_there_are_any', () => {
  assert.equal(clock(0), '00:00');
  assert.equal(clock(90.9), '01:30');
  assert.equal(clock(3599), '59:59');
  assert.equal(clock(3725), '1:02:05');
  assert.equal(clock(NaN), '00:00');
  assert.equal(clock(-5), '00:00');
});

test('Byte_counts_use_the_unit_names_of_the_language', () => {
  assert.equal(bytes(999, 'fr'), '999 o');
  assert.equal(bytes(25_400, 'en'), '25 kB');
  assert.equal(bytes(1_250_000, 'fr'), '1,3 Mo');
});

test('How_long_ago_is_told_in_words', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  assert.equal(ago('2026-11-22T11:55:00Z', now, 'fr'), 'il y a 5 minutes');
  assert.equal(ago('2026-11-21T12:00:00Z', now, 'en'), 'yesterday');
  assert.equal(ago('nonsense', now, 'fr'), '');
});

test('Waits_double_up_to_the_bound_and_begin_small_again', () => {
  const backoff = new Backoff(100, 500, () => 0.5);
  assert.deepEqual([1, 2, 3, 4, 5].map(() => backoff.next()), [100, 200, 400, 500, 500]);
  backoff.reset();
  assert.equal(backoff.next(), 100);
});

test('A_delay_is_in_seconds_until_they_are_many', () => {
  assert.deepEqual([0.4, 12.4, 99.4, 100, 3700].map(delay), ['0 s', '12 s', '99 s', '01:40', '1:01:40']);
});
