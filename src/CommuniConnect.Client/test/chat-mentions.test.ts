import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complete, mentionAt, proposals } from '../src/lib/chat-mentions.js';

test('A_name_is_completed_only_behind_an_at_sign_of_its_own', () => {
  assert.deepEqual(mentionAt('salut @al', 9), { from: 6, to: 9, letters: 'al' });
  assert.deepEqual(mentionAt('@', 1), { from: 0, to: 1, letters: '' });
  assert.deepEqual(mentionAt('@Alpha Ba', 9), { from: 0, to: 9, letters: 'Alpha Ba' });
  for (const [value, caret] of [['a@b', 3], ['@ a', 3], ['sans', 4], ['@al', 0], ['@un deux trois', 14]] as const) {
    assert.equal(mentionAt(value, caret), null, value);
  }
});

test('Members_are_found_without_accents_by_any_of_their_names', () => {
  const members = [['mdiallo', 'Mariam', 'Diallo'], ['ebarry', 'Éva', 'Barry'], ['alpha', 'Alpha', 'Barry']].map(
    ([username, first_name, last_name], id) => ({ id, username: username!, first_name: first_name!, last_name: last_name! }),
  );
  const found = (letters: string) => proposals(members, letters).map((member) => member.username);
  assert.deepEqual(found('ev'), ['ebarry']);
  assert.deepEqual(found('barr'), ['ebarry', 'alpha']);
  assert.deepEqual(found('mdi'), ['mdiallo']);
  assert.deepEqual(found(''), ['mdiallo', 'ebarry', 'alpha']);
  assert.deepEqual(found('zz'), []);
});

test('A_taken_name_stands_where_it_was_begun', () => {
  assert.deepEqual(complete('dis @al merci', { from: 4, to: 7, letters: 'al' }, 'Alpha Barry'), {
    value: 'dis @Alpha Barry merci', caret: 17,
  });
  assert.deepEqual(complete('@', { from: 0, to: 1, letters: '' }, 'Éva'), { value: '@Éva ', caret: 5 });
});
