import assert from 'node:assert/strict';
import { test } from 'node:test';
import { densityOf, MOST_PIECES, outlineOf, peaksOf, pieceAt } from '../src/lib/message-density.js';
import { ReplayTimeline } from '../src/lib/replay-timeline.js';

test('Messages_are_counted_where_they_were_written', () => {
  const density = densityOf([[0, 1], [0.5, 1], [5, 3], [9.9, 1], [99, 1], [-1, 1]], 10);
  assert.deepEqual(density.counts, [3, 0, 0, 0, 0, 3, 0, 0, 0, 2]);
  assert.equal(densityOf([], 7200).counts.length, MOST_PIECES);
  assert.deepEqual(densityOf([[0, 1]], 0).counts, [1]);
});

test('Peaks_are_the_busiest_moments_in_order_of_time', () => {
  const density = densityOf([[10, 4], [11, 3], [50, 9], [90, 2], [70, 1]], 100);
  assert.deepEqual(peaksOf(density).map(({ seconds }) => Math.round(seconds)), [10, 50, 90]);
  assert.deepEqual(peaksOf(densityOf([], 100)), []);
});

test('A_place_on_the_line_tells_its_time_and_count', () => {
  const density = densityOf([[50, 2]], 100);
  assert.deepEqual(pieceAt(density, 0.505), { seconds: 50.5, count: 2 });
  assert.deepEqual(pieceAt(density, 7), { seconds: 100, count: 0 });
  assert.deepEqual(pieceAt(density, -1), { seconds: 0, count: 0 });
});

test('The_outline_stays_in_its_box', () => {
  const numbers = outlineOf(densityOf([[3, 1000], [4, 1]], 60)).match(/[\d.]+/g)!.map(Number);
  assert.ok(numbers.every((value) => value >= 0 && value <= 100));
});

test('The_way_to_the_live_clock_and_back_is_one', () => {
  // A cut of 15 s was filled at 60, and the live's clock jumped over a pause at 100.
  const timeline = new ReplayTimeline([{ url: 'a', duration: 300 }], [
    { start: 0, live_start: 0 }, { start: 60, live_start: null }, { start: 75, live_start: 60 }, { start: 115, live_start: 130 },
  ]);
  for (const seconds of [0, 30, 75, 100, 115, 200]) assert.equal(timeline.secondsOfLive(timeline.liveSecondsOf(seconds)), seconds);
  assert.equal(timeline.secondsOfLive(60), 75);
});
