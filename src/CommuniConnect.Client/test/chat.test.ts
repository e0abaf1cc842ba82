import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countCharacters, newClientId, type ChatMessage } from '../src/lib/chat-message.js';
import { countUntil } from '../src/lib/chat-replay.js';

const said = (...times: number[]) => times.map((media_time, i) => ({ id: i + 1, media_time }) as ChatMessage);

test('a replay shows what had been said by its position, forward and back', () => {
  const messages = said(0, 1, 1, 2.5, 7);
  assert.deepEqual([-1, 0, 0.9, 1, 2.4, 2.5, 100].map((at) => countUntil(messages, at)), [0, 1, 1, 3, 3, 4, 5]);
  assert.equal(countUntil([], 3), 0);
});

test('characters are counted as the server counts them', () => {
  assert.equal(countCharacters('  e\u0301té 🎉 '), 5);
  assert.equal(countCharacters(' \n '), 0);
});

test('names of new messages fit the server and differ', () => {
  const names = new Set(Array.from({ length: 1000 }, newClientId));
  assert.equal(names.size, 1000);
  for (const name of names) assert.match(name, /^[0-9a-f]{32}$/);
});
