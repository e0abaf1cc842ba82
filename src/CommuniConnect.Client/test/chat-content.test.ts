import assert from 'node:assert/strict';
import { test } from 'node:test';
import { piecesOf, safeAddress } from '../src/lib/chat-content.js';

const links = (content: string) => piecesOf(content).flatMap((piece) => (piece.kind === 'link' ? [piece.href] : []));

test('Only_http_addresses_become_links', () => {
  assert.deepEqual(links('voir https://exemple.gn/a et HTTP://Exemple.gn'), ['https://exemple.gn/a', 'http://exemple.gn/']);
  for (const written of [
    'javascript:alert(1)', 'data:text/html,x', 'ftp://a.gn', 'exemple.gn', 'https://', 'http://[', 'https://banque.gn@faux.gn/', 'xhttps://a.gn',
  ]) assert.deepEqual(links(written), [], written);
  assert.equal(safeAddress('javascript:alert(1)//http://a.gn'), null);
});

test('Punctuation_around_an_address_is_not_part_of_it', () => {
  assert.deepEqual(links('(https://a.gn/b), « https://a.gn/c ». https://a.gn/d?x=1&y=2!'), [
    'https://a.gn/b', 'https://a.gn/c', 'https://a.gn/d?x=1&y=2',
  ]);
  assert.deepEqual(links('https://fr.wikipedia.org/wiki/Kip_(Ratoma)'), ['https://fr.wikipedia.org/wiki/Kip_(Ratoma)']);
});

test('The_pieces_are_the_message_again', () => {
  for (const written of ['', 'a', '@Alpha Barry @Alpha https://a.gn.', '<b>https://a.gn</b>', '\u202Egn.a//:sptth', '@@Alpha BarryAlpha']) {
    assert.equal(piecesOf(written, ['Alpha Barry', 'Alpha']).map((piece) => piece.text).join(''), written);
  }
});

test('Mentions_are_the_longest_of_the_names_meant', () => {
  const mentioned = piecesOf('@Alpha Barry et @Alpha', ['Alpha', 'Alpha Barry']).filter((piece) => piece.kind === 'mention');
  assert.deepEqual(mentioned.map((piece) => piece.text), ['@Alpha Barry', '@Alpha']);
  assert.ok(piecesOf('@Inconnu', ['Alpha']).every((piece) => piece.kind === 'text'));
});
