import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATCH_UP_RATE, overHole, stayAtEdge, type EdgeInput } from '../src/lib/live-edge.js';

const at = (input: Partial<EdgeInput>) =>
  stayAtEdge({ currentTime: 9.8, ranges: [[0, 10]], target: 0.2, behind: 0.2, rate: 1, ...input });

test('At_the_target_nothing_changes', () => assert.deepEqual(at({}), { seekTo: null, rate: 1 }));

test('A_little_late_plays_faster_until_nearly_there', () => {
  assert.equal(at({ behind: 0.5 }).rate, CATCH_UP_RATE);
  assert.equal(at({ behind: 0.28, rate: CATCH_UP_RATE }).rate, CATCH_UP_RATE);
  assert.equal(at({ behind: 0.28, rate: 1 }).rate, 1);
  assert.equal(at({ behind: 0.21, rate: CATCH_UP_RATE }).rate, 1);
});

test('More_than_two_seconds_late_jumps_to_the_edge', () => {
  assert.ok(Math.abs(at({ currentTime: 7.9 }).seekTo! - 9.8) < 1e-9);
});

test('A_hole_in_the_stream_is_jumped_over_at_its_near_side', () => {
  const ranges = [[0, 10], [10.5, 11]] as const;
  assert.equal(at({ currentTime: 9.5, ranges }).seekTo, null);
  assert.ok(at({ currentTime: 9.95, ranges }).seekTo! > 10.5);
  assert.ok(at({ currentTime: 10.2, ranges }).seekTo! > 10.5);
});

test('A_position_before_everything_buffered_moves_to_its_start', () => {
  assert.ok(at({ currentTime: 0, ranges: [[1, 1.5]] }).seekTo! >= 1);
});

test('A_position_far_past_everything_buffered_comes_back', () => {
  assert.ok(at({ currentTime: 30 }).seekTo! < 10);
});

test('Nothing_buffered_changes_nothing', () => assert.deepEqual(at({ ranges: [] }), { seekTo: null, rate: 1 }));

test('Only_a_position_with_nothing_more_to_show_goes_over_a_hole', () => {
  const ranges = [[2, 4], [4.5, 9]] as const;
  assert.deepEqual([0, 3, 3.95, 4.2].map((time) => overHole(time, ranges)), [2.001, null, 4.501, 4.501]);
  assert.equal(overHole(8.99, ranges), null);
});
