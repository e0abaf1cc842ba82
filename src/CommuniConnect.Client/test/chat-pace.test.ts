import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage } from '../src/lib/chat-message.js';
import { ChatPace, type PicturePosition } from '../src/lib/chat-pace.js';
import { ChatRate } from '../src/lib/chat-rate.js';

const ME = 1;
const said = (id: number, media_time: number, author = 2) => ({ id, media_time, author: { id: author } }) as ChatMessage;
const ids = (messages: readonly ChatMessage[]) => messages.map((message) => message.id);
const at = (mediaSeconds: number | null, behindSeconds = 3, paused = false): PicturePosition => ({ mediaSeconds, behindSeconds, paused });

test('A_message_waits_until_the_picture_is_where_it_was_written', () => {
  const pace = new ChatPace(ME);
  assert.deepEqual(ids(pace.take([said(1, 10), said(2, 12)], at(10), 0)), [1]);
  assert.equal(pace.waiting, 1);
  assert.deepEqual(ids(pace.due(at(11.9), 1900)), []);
  assert.deepEqual(ids(pace.due(at(12), 2000)), [2]);
  assert.equal(pace.waiting, 0);
});

test('Ones_own_messages_never_wait', () => {
  const pace = new ChatPace(ME);
  assert.deepEqual(ids(pace.take([said(1, 13), said(2, 13, ME)], at(10), 0)), [2]);
});

test('Near_the_live_and_without_a_picture_nothing_waits', () => {
  const pace = new ChatPace(ME);
  assert.deepEqual(ids(pace.take([said(1, 13)], at(12.5, 0.5), 0)), [1]);
  assert.deepEqual(ids(pace.take([said(2, 13)], at(null), 0)), [2]);
  pace.take([said(3, 16)], at(13), 0);
  assert.deepEqual(ids(pace.due(at(16, 0.2), 100)), [3]);
});

test('A_picture_that_stands_still_does_not_keep_the_chat_back_but_a_pause_does', () => {
  const pace = new ChatPace(ME);
  pace.take([said(1, 12)], at(10), 0);
  assert.deepEqual(ids(pace.due(at(10), 4900)), []);
  assert.deepEqual(ids(pace.due(at(10, 3, true), 4950)), []);
  assert.deepEqual(ids(pace.due(at(10, 3, true), 60_000)), []);
  assert.deepEqual(ids(pace.due(at(10), 60_000)), []);
  assert.deepEqual(ids(pace.due(at(10), 60_100)), [1]);
});

test('What_was_removed_while_it_waited_is_never_shown_and_what_was_corrected_is_shown_corrected', () => {
  const pace = new ChatPace(ME);
  pace.take([said(1, 12), said(2, 12)], at(10), 0);
  pace.change((message) => (message.id === 1 ? null : { ...message, content: 'corrigé' }));
  assert.deepEqual(pace.release().map((message) => message.content), ['corrigé']);
});

test('The_list_slows_down_in_a_flood_and_comes_back_when_it_is_over', () => {
  const rate = new ChatRate();
  rate.count(5, 0);
  assert.equal(rate.waitMs(0), 0);
  rate.count(30, 100);
  assert.ok(rate.fast);
  assert.ok(rate.waitMs(200) > 0);
  assert.equal(rate.waitMs(1500), 0);
  assert.ok(!rate.fast);
});
