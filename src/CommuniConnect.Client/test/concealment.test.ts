import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Concealment } from '../src/lib/concealment.js';

const RATE = 48_000;
const BLOCK = 128;
const LEVEL = 0.5;

/** A voice that holds one note, with its overtones. */
function voice(at: number, hertz: number): number {
  const turn = (2 * Math.PI * hertz * at) / RATE;
  return LEVEL * (0.6 * Math.sin(turn) + 0.3 * Math.sin(2 * turn + 1) + 0.1 * Math.sin(3 * turn + 2));
}

/** What is heard of a voice of which `missing` blocks do not come, after a tenth of a second. */
function hear(hertz: number, missing: number): { samples: Float32Array; from: number; to: number } {
  const concealment = new Concealment(RATE);
  const before = 40;
  const samples = new Float32Array((before + missing + 20) * BLOCK);
  const [from, to] = [before * BLOCK, (before + missing) * BLOCK];
  for (let at = 0; at < samples.length; at += BLOCK) {
    const block = samples.subarray(at, at + BLOCK);
    if (at >= from && at < to) {
      concealment.fill([block], 0, BLOCK);
      continue;
    }
    for (let i = 0; i < BLOCK; i++) block[i] = voice(at + i, hertz);
    concealment.join([block], 0, BLOCK);
  }
  return { samples, from, to };
}

function loudest(samples: Float32Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

function steepest(samples: Float32Array): number {
  let most = 0;
  for (let i = 1; i < samples.length; i++) most = Math.max(most, Math.abs(samples[i]! - samples[i - 1]!));
  return most;
}

for (const hertz of [90, 137, 220, 395]) {
  test(`A_voice_of_${hertz}_hertz_goes_on_over_what_is_missing_and_without_a_click`, () => {
    const { samples, from, to } = hear(hertz, 8);
    const natural = steepest(samples.subarray(BLOCK * 2, from));
    assert.ok(steepest(samples.subarray(from - 1, to + BLOCK)) < 1.6 * natural);
    // What would have come, while it is repeated whole.
    for (let at = from; at < from + 0.01 * RATE; at++) {
      assert.ok(Math.abs(samples[at]! - voice(at, hertz)) < 0.1 * LEVEL, `${samples[at]} for ${voice(at, hertz)} after ${at - from}`);
    }
  });
}

test('What_comes_after_it_is_heard_as_it_is', () => {
  const { samples, to } = hear(220, 8);
  for (let at = to + BLOCK; at < samples.length; at++) assert.equal(samples[at], Math.fround(voice(at, 220)));
});

test('What_is_missing_for_long_becomes_silence', () => {
  const { samples, from, to } = hear(220, 40);
  assert.equal(loudest(samples.subarray(from + 0.07 * RATE, to)), 0);
});

test('Where_nothing_was_heard_nothing_is_made_up', () => {
  const block = new Float32Array(BLOCK).fill(1);
  new Concealment(RATE).fill([block], 0, BLOCK);
  assert.equal(loudest(block), 0);
});

for (const hertz of [90, 137, 220, 395]) {
  test(`Of_a_voice_of_${hertz}_hertz_so_much_is_left_out_and_drawn_out_that_it_goes_on_as_before`, () => {
    const most = 0.03 * RATE;
    for (const way of ['left out', 'drawn out']) {
      const concealment = new Concealment(RATE);
      const samples = new Float32Array(80 * BLOCK);
      let next = 0;
      let made = 0;
      for (let at = 0; at < samples.length; at += BLOCK) {
        const block = samples.subarray(at, at + BLOCK);
        if (at === 40 * BLOCK && way === 'left out') {
          const tail = concealment.newTail();
          for (let i = 0; i < tail[0]!.length; i++) tail[0]![i] = voice(next + i, hertz);
          concealment.leave(tail);
          const leftOut = concealment.periodsIn(most);
          assert.ok(leftOut > 0.01 * RATE && leftOut <= most);
          next += leftOut;
        } else if (at === 40 * BLOCK) {
          made = concealment.drawOut(0.016 * RATE);
        }
        const from = Math.min(BLOCK, made);
        made -= from;
        concealment.fill([block], 0, from);
        for (let i = from; i < BLOCK; i++) block[i] = voice(next++, hertz);
        concealment.join([block], from, BLOCK);
      }
      const natural = steepest(samples.subarray(BLOCK * 2, 40 * BLOCK));
      assert.ok(steepest(samples.subarray(BLOCK * 2)) < 1.2 * natural, `${way}: ${steepest(samples.subarray(BLOCK * 2)) / natural}`);
      const level = loudest(samples.subarray(BLOCK * 2, 40 * BLOCK));
      for (let at = 40 * BLOCK; at < 70 * BLOCK; at += RATE / 100) {
        assert.ok(loudest(samples.subarray(at, at + RATE / 50)) > 0.85 * level, `${way}: quieter after ${at}`);
      }
    }
  });
}
