import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowHeights } from '../src/lib/row-heights.js';

/** The slow way, to compare with. */
function plain(heights: number[]) {
  const offsetOf = (index: number) => heights.slice(0, index).reduce((sum, each) => sum + each, 0);
  return { offsetOf, indexAt: (offset: number) => Math.max(0, heights.filter((_, index) => offsetOf(index) <= offset).length - 1) };
}

test('Offsets_and_rows_are_those_of_the_plain_sums', () => {
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  const heights = Array.from({ length: 300 }, () => 20 + Math.floor(random() * 100));
  const rows = new RowHeights(50);
  rows.rebuild(heights.slice(0, 100));
  for (const height of heights.slice(100)) rows.append(height);
  for (let change = 0; change < 200; change++) {
    const index = Math.floor(random() * heights.length);
    const height = 20 + Math.floor(random() * 100);
    assert.equal(rows.measure(index, height), height - heights[index]!);
    heights[index] = height;
  }
  const { offsetOf, indexAt } = plain(heights);
  for (let index = 0; index <= heights.length; index += 13) assert.equal(rows.offsetOf(index), offsetOf(index));
  for (let offset = 0; offset < rows.total + 200; offset += 97) assert.equal(rows.indexAt(offset), indexAt(offset));
  assert.equal(rows.total, offsetOf(300));
});

test('Edges_have_a_row', () => {
  const rows = new RowHeights(40);
  assert.equal(rows.total, 0);
  assert.equal(rows.indexAt(10), 0);
  rows.rebuild([undefined, 10]);
  assert.deepEqual([-5, 0, 39, 40, 49, 500].map((offset) => rows.indexAt(offset)), [0, 0, 0, 1, 1, 1]);
});

test('Hundred_thousand_rows_are_searched_without_walking_them', () => {
  const rows = new RowHeights(56);
  rows.rebuild(new Array<undefined>(100_000).fill(undefined));
  const beganMs = performance.now();
  for (let step = 0; step < 100_000; step++) rows.indexAt(step * 56);
  assert.ok(performance.now() - beganMs < 2_000);
  assert.equal(rows.indexAt(56 * 54_321), 54_321);
});
