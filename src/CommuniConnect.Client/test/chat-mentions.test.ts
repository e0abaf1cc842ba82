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

test('Names_are_found_without_accents_by_either_of_their_parts', () => {
  const names = ['Mariam Diallo', 'Éva Barry', 'Alpha Barry'];
  assert.deepEqual(proposals(names, 'ev'), ['Éva Barry']);
  assert.deepEqual(proposals(names, 'barr'), ['Éva Barry', 'Alpha Barry']);
  assert.deepEqual(proposals(names, ''), names);
  assert.deepEqual(proposals(names, 'zz'), []);
});

test('A_taken_name_stands_where_it_was_begun', () => {
  assert.deepEqual(complete('dis @al merci', { from: 4, to: 7, letters: 'al' }, 'Alpha Barry'), {
    value: 'dis @Alpha Barry merci', caret: 17,
  });
  assert.deepEqual(complete('@', { from: 0, to: 1, letters: '' }, 'Éva'), { value: '@Éva ', caret: 5 });
});
