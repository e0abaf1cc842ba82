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

test('The_clock_of_the_live_stands_still_where_the_replay_has_what_the_live_missed', () => {
  const timeline = new ReplayTimeline(parts, [
    { start: 0, live_start: 0 }, { start: 4, live_start: null }, { start: 7, live_start: 4 }, { start: 12, live_start: 9 },
  ]);
  const clock = [0, 3, 4, 5.5, 7, 11, 12, 17].map((seconds) => timeline.liveSecondsOf(seconds));
  assert.deepEqual(clock, [0, 3, 4, 4, 4, 8, 9, 14]);
  assert.equal(new ReplayTimeline(parts).liveSecondsOf(5), 5);
});

test('The_clock_of_the_live_begins_behind_what_was_added_before_it', () => {
  const timeline = new ReplayTimeline(parts, [{ start: 0, live_start: null }, { start: 4, live_start: 0 }]);
  assert.deepEqual([0, 3, 4, 6].map((seconds) => timeline.liveSecondsOf(seconds)), [0, 0, 0, 2]);
  assert.deepEqual([0, 2].map((live) => timeline.secondsOfLive(live)), [4, 6]);
});

test('What_was_said_during_a_cut_stands_where_the_live_broke_off_and_not_behind_what_was_added', () => {
  // The live's clock counts the last picture, the file ends a little sooner.
  const timeline = new ReplayTimeline(parts, [
    { start: 0, live_start: 0 }, { start: 4, live_start: null }, { start: 7, live_start: 4.05 }, { start: 12, live_start: null },
  ]);
  const clock = [3, 4, 6.9, 7, 11].map((seconds) => timeline.liveSecondsOf(seconds).toFixed(2));
  assert.deepEqual(clock, ['3.00', '4.05', '4.05', '4.05', '8.05']);
  assert.ok(timeline.liveSecondsOf(12) > 9.1);
  assert.ok(timeline.liveSecondsOf(12) < 9.5);
});

test('An_instant_of_the_live_is_found_in_the_replay_behind_what_was_added', () => {
  const timeline = new ReplayTimeline(parts, [
    { start: 0, live_start: 0 }, { start: 4, live_start: null }, { start: 7, live_start: 4 }, { start: 12, live_start: 9 },
  ]);
  const places = [0, 3.5, 4, 8, 9, 14].map((live) => timeline.secondsOfLive(live));
  assert.deepEqual(places, [0, 3.5, 7, 11, 12, 17]);
  assert.equal(new ReplayTimeline(parts).secondsOfLive(5), 5);
});
