import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RenditionChoice } from '../src/lib/rendition-choice.js';

test('The_large_picture_is_what_is_shown_while_nothing_speaks_against_it', () => {
  const choice = new RenditionChoice();
  for (let atMs = 0; atMs < 60_000; atMs += 500) choice.look(atMs, 300);
  assert.equal(choice.stalled(60_000), true, 'one stall is the answer to nothing yet');
  assert.equal(choice.rendition(60_001), 'main');
});

test('Packets_that_keep_coming_late_lead_to_the_small_picture_and_a_single_late_one_does_not', () => {
  const choice = new RenditionChoice();
  choice.look(0, 900);
  choice.look(500, 100);
  choice.look(1_000, 900);
  assert.equal(choice.rendition(1_000), 'main');
  choice.look(1_500, 1_100);
  assert.equal(choice.rendition(1_500), 'small');
});

test('A_jump_leads_there_at_once_and_a_calm_while_leads_back', () => {
  const choice = new RenditionChoice();
  choice.jumped(0);
  assert.equal(choice.rendition(19_999), 'small');
  assert.equal(choice.rendition(20_000), 'main');
});

test('Trouble_with_the_small_picture_keeps_it_and_is_told_to_who_knows_other_ways', () => {
  const choice = new RenditionChoice();
  choice.stalled(0);
  assert.equal(choice.stalled(1_000), true);
  assert.equal(choice.rendition(1_000), 'small');
  assert.equal(choice.stalled(10_999), true, 'what was on its way before still comes');
  assert.equal(choice.stalled(15_000), false);
  assert.equal(choice.rendition(34_999), 'small');
  assert.equal(choice.rendition(35_000), 'main');
});

test('Each_time_the_large_picture_was_too_much_again_the_next_try_waits_longer', () => {
  const choice = new RenditionChoice();
  choice.jumped(0);
  choice.jumped(25_000);
  assert.equal(choice.rendition(64_999), 'small');
  assert.equal(choice.rendition(65_000), 'main');
  choice.jumped(70_000);
  assert.equal(choice.rendition(149_999), 'small');
  assert.equal(choice.rendition(150_000), 'main');
  choice.jumped(250_000);
  assert.equal(choice.rendition(270_000), 'main', 'a minute and more went well: the patience of the beginning');
});

test('Who_wants_the_small_picture_has_it_on_any_network', () => {
  const choice = new RenditionChoice();
  choice.wantsSmall = true;
  assert.equal(choice.rendition(0), 'small');
});
