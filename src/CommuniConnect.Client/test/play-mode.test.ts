import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModeChoice } from '../src/lib/play-mode.js';

test('A_browser_that_cannot_decode_plays_in_Confort_whatever_is_wished', () => {
  const choice = new ModeChoice(false, true, 'direct');
  assert.equal(choice.mode(0), 'comfort');
});

test('Stalls_close_together_lead_to_Confort_and_a_calm_minute_back', () => {
  const choice = new ModeChoice(true, false);
  for (const atMs of [0, 20_000, 40_000]) choice.stalled(atMs);
  assert.equal(choice.mode(40_000), 'direct', 'three stalls, but far apart');
  choice.stalled(41_000);
  assert.equal(choice.mode(41_000), 'comfort');
  assert.equal(choice.mode(100_999), 'comfort');
  assert.equal(choice.mode(101_000), 'direct');
});

test('Each_time_it_was_too_much_the_next_try_waits_longer', () => {
  const choice = new ModeChoice(true, false);
  for (let i = 0; i < 3; i++) choice.stalled(0);
  for (let i = 0; i < 3; i++) choice.stalled(60_000);
  assert.equal(choice.mode(60_000 + 119_999), 'comfort');
  assert.equal(choice.mode(60_000 + 120_000), 'direct');
});

test('Saving_data_means_sound_alone_unless_the_viewer_wishes_otherwise', () => {
  const choice = new ModeChoice(true, true);
  assert.equal(choice.mode(0), 'sound');
  choice.wish = 'direct';
  assert.equal(choice.mode(0), 'direct');
});

test('A_wish_is_kept_through_stalls_and_given_up_for_what_cannot_be_played', () => {
  const choice = new ModeChoice(true, false, 'direct');
  for (let i = 0; i < 9; i++) choice.stalled(0);
  assert.equal(choice.mode(0), 'direct');
  assert.ok(choice.hasAny(0));
  choice.unfit(0);
  assert.equal(choice.mode(0), 'comfort');
  assert.ok(!choice.hasAny(0));
});

test('What_could_not_be_played_is_tried_again_later_and_later', () => {
  const choice = new ModeChoice(true, false, 'economy');
  for (const atMs of [0, 100, 300]) choice.unfit(atMs);
  assert.equal(choice.mode(59_999), 'comfort');
  assert.equal(choice.mode(60_000), 'economy');
  choice.unfit(60_000);
  assert.ok(!choice.hasAny(60_000 + 119_999));
  assert.equal(choice.mode(60_000 + 120_000), 'economy');
});

test('Small_pictures_are_not_fetched_by_who_saves_data_in_whatever_way', () => {
  const choice = new ModeChoice(true, true);
  assert.ok(choice.isEconomical);
  choice.wish = 'direct';
  assert.ok(!choice.isEconomical);
  for (const wish of ['economy', 'sound'] as const) {
    choice.wish = wish;
    assert.ok(choice.isEconomical);
    assert.equal(choice.mode(0), wish);
  }
});
