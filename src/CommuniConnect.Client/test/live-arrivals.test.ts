import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveArrivals } from '../src/lib/live-arrivals.js';

test('What_comes_at_its_pace_is_not_late_and_a_queue_shows_as_lateness', () => {
  const arrivals = new LiveArrivals();
  for (let i = 1; i <= 10; i++) arrivals.add(i / 10, 5_000 + i * 100);
  assert.equal(arrivals.lateMs, 0);
  for (let i = 1; i <= 10; i++) arrivals.add(1 + i / 10, 6_000 + i * 150);
  assert.equal(Math.round(arrivals.lateMs), 500);
  assert.equal(arrivals.newestSeconds, 2);
});

test('A_group_that_comes_once_more_tells_nothing', () => {
  const arrivals = new LiveArrivals();
  arrivals.add(10, 1_000);
  arrivals.add(9, 1_100);
  assert.equal(arrivals.newestSeconds, 10);
  assert.equal(arrivals.lateMs, 0);
});

test('Another_connection_is_measured_by_itself', () => {
  const arrivals = new LiveArrivals();
  arrivals.add(1, 1_000);
  arrivals.add(2, 4_000);
  assert.equal(arrivals.lateMs, 2_000);
  arrivals.reconnect();
  assert.equal(arrivals.lateMs, 0);
  arrivals.add(3, 5_000);
  assert.equal(arrivals.lateMs, 0);
});
