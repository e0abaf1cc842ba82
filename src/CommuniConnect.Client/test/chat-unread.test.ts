import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnreadTitle } from '../src/lib/chat-unread.js';
import { Scope } from '../src/lib/scope.js';

test('The_title_counts_what_came_while_nobody_looked', () => {
  const page = Object.assign(new EventTarget(), { title: 'Fête à Kipé', hidden: false });
  Object.assign(globalThis, { document: page });
  const look = (hidden: boolean) => {
    page.hidden = hidden;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  const scope = new Scope();
  const unread = new UnreadTitle(scope);
  unread.add(2);
  assert.equal(page.title, 'Fête à Kipé');
  look(true);
  unread.add(2);
  unread.add(1);
  assert.equal(page.title, '(3) Fête à Kipé');
  look(false);
  assert.equal(page.title, 'Fête à Kipé');
  look(true);
  unread.add(1);
  scope.dispose();
  assert.equal(page.title, 'Fête à Kipé');
});
