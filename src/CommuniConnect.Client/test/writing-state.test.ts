import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_RIGHTS, OPEN_ROOM } from '../src/lib/chat-message.js';
import { writingState } from '../src/lib/writing-state.js';

// The sentences are in the page's language.
Object.assign(globalThis, { document: { documentElement: { lang: 'fr' } } });
const NOW = Date.UTC(2026, 10, 26, 12);
const until = (ms: number) => new Date(NOW + ms).toISOString();

test('An_open_room_asks_nothing_of_anybody', () => {
  assert.deepEqual(writingState(OPEN_ROOM, NO_RIGHTS, NOW, NOW), { closed: null, notice: '', waitSeconds: 0 });
});

test('Slow_mode_counts_down_from_ones_own_last_message_and_not_for_moderators', () => {
  const slow = { ...OPEN_ROOM, slow_seconds: 10 };
  assert.equal(writingState(slow, NO_RIGHTS, null, NOW).waitSeconds, 0);
  assert.equal(writingState(slow, NO_RIGHTS, NOW - 2_500, NOW).waitSeconds, 8);
  assert.equal(writingState(slow, NO_RIGHTS, NOW - 10_000, NOW).waitSeconds, 0);
  assert.match(writingState(slow, NO_RIGHTS, null, NOW).notice, /10 s/);
  assert.deepEqual(writingState(slow, { ...NO_RIGHTS, can_moderate: true }, NOW, NOW), { closed: null, notice: '', waitSeconds: 0 });
});

test('Each_reason_not_to_write_has_its_sentence', () => {
  const closedBy = (room: Partial<typeof OPEN_ROOM>, member: Partial<typeof NO_RIGHTS>) =>
    writingState({ ...OPEN_ROOM, ...room }, { ...NO_RIGHTS, ...member }, null, NOW).closed;
  assert.match(closedBy({ closed: true }, {})!, /fermé/);
  assert.equal(closedBy({ closed: true }, { can_moderate: true }), null);
  assert.match(closedBy({ closed: true }, { banned: true })!, /exclu/);
  assert.match(closedBy({}, { silenced_until: until(60_000) })!, /jusqu’à/);
  assert.match(closedBy({}, { silenced_until: until(400 * 24 * 3600 * 1000) })!, /dans ce live/);
  assert.equal(closedBy({}, { silenced_until: until(-1) }), null);
  assert.match(writingState({ ...OPEN_ROOM, audience: 'quartier' }, NO_RIGHTS, null, NOW).notice, /quartier/);
});
