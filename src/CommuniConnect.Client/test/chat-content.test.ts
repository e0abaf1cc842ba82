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
  for (const written of ['', 'a', '@alpha @a.b. https://a.gn.', '<b>https://a.gn</b>', '\u202Egn.a//:sptth', '@@alpha@ @', 'a@b.gn']) {
    assert.equal(piecesOf(written, true).map((piece) => piece.text).join(''), written);
  }
});

test('User_names_behind_an_at_sign_are_mentions_where_anybody_is_mentioned', () => {
  const mentioned = piecesOf('@mariam.diallo, @éva et a@b.gn https://a.gn/@x.', true).filter((piece) => piece.kind === 'mention');
  assert.deepEqual(mentioned.map((piece) => piece.text), ['@mariam.diallo', '@éva']);
  assert.ok(piecesOf('@inconnu').every((piece) => piece.kind === 'text'));
});
