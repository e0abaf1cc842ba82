import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage } from '../src/lib/chat-message.js';
import { byMoment, MessageList } from '../src/lib/message-list.js';

const said = (...ids: number[]) => ids.map((id) => ({ id, content: `n° ${id}` }) as ChatMessage);
const ids = (list: MessageList) => list.items.map((message) => message.id);

test('Messages_stand_in_the_order_of_their_numbers_each_once', () => {
  const list = new MessageList();
  assert.equal(list.add(said(3, 5)), true);
  assert.equal(list.add(said(5, 8)), true);
  assert.equal(list.add(said(4, 1)), false);
  assert.deepEqual(ids(list), [1, 3, 4, 5, 8]);
  assert.equal(list.indexOf(5), 3);
  assert.equal(list.indexOf(6), -1);
});

test('Changes_and_removals_reach_the_list_and_what_is_found_in_it', () => {
  const list = new MessageList();
  list.add(said(1, 2, 3));
  assert.equal(list.change({ ...said(2)[0]!, content: 'corrigé' }), true);
  assert.equal(list.find(2)?.content, 'corrigé');
  assert.equal(list.remove((message) => message.id === 2), true);
  assert.equal(list.find(2), undefined);
  assert.deepEqual(ids(list), [1, 3]);
  assert.equal(list.change(said(2)[0]!), false);
});

test('In_a_replay_what_waited_for_a_moderator_stands_at_the_moment_it_was_written', () => {
  const list = new MessageList(byMoment);
  const at = (id: number, media_time: number) => ({ id, media_time }) as ChatMessage;
  list.add([at(1, 0), at(2, 5), at(3, 9)]);
  assert.equal(list.add([at(4, 2), at(5, 5)]), false);
  assert.deepEqual(ids(list), [1, 4, 2, 5, 3]);
  assert.equal(list.indexOf(4), 1);
  list.clear();
  list.add([at(3, 9), at(4, 2)]);
  assert.deepEqual(ids(list), [4, 3]);
});
