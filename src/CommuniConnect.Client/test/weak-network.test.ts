import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WeakNetwork } from '../src/lib/weak-network.js';

test('A_picture_that_stands_still_now_and_then_is_no_weak_network', () => {
  const network = new WeakNetwork(false);
  const playback = {};
  for (let stalls = 0; stalls < 20; stalls++) assert.equal(network.isWeak(playback, stalls, stalls * 21_000), false);
});

test('Stalls_close_together_are_one_also_when_the_way_to_play_changes_in_between', () => {
  const network = new WeakNetwork(false);
  const [direct, comfort] = [{}, {}];
  assert.equal(network.isWeak(direct, 0, 0), false);
  assert.equal(network.isWeak(direct, 3, 20_000), false);
  assert.equal(network.isWeak(comfort, 0, 30_000), false);
  assert.equal(network.isWeak(comfort, 1, 50_000), true);
  assert.equal(network.isWeak(comfort, 1, 81_000), false, 'a minute later it is another matter');
});

test('A_link_the_browser_knows_to_be_slow_is_weak_from_the_start', () => {
  assert.equal(new WeakNetwork(true).isWeak({}, 0, 0), true);
});
