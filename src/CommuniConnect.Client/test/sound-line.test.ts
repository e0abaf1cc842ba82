import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArrivalClock } from '../src/lib/arrival-clock.js';
import { SoundLine } from '../src/lib/sound-line.js';

const RATE = 48_000;
const PIECE = 480;

/** Pieces of 10 ms that arrive when they are due, or late by `delayMs`. */
function feed(line: SoundLine, fromMs: number, toMs: number, delayMs = (_: number) => 0) {
  let silence = 0;
  let skip = 0;
  let stretch = 0;
  for (let at = fromMs + 10; at <= toMs; at += 10) {
    const splice = line.accept(PIECE, at + delayMs(at));
    silence += splice.silence;
    skip += splice.skip;
    stretch += splice.stretch;
  }
  return { silence, skip, stretch };
}

const begun = (atMs = 0) => {
  const line = new SoundLine(RATE);
  line.begin(atMs);
  return line;
};

test('Sound_in_time_is_left_as_it_is', () => assert.deepEqual(feed(begun(), 0, 60_000), { silence: 0, skip: 0, stretch: 0 }));

test('A_busy_moment_moves_nothing', () => {
  const late = (at: number) => (at > 5000 && at < 5500 ? 5500 - at : 0);
  assert.deepEqual(feed(begun(), 0, 10_000, late), { silence: 0, skip: 0, stretch: 0 });
});

test('Sound_begins_with_the_first_piece_behind_the_picture', () => {
  const line = new SoundLine(RATE);
  assert.deepEqual(line.accept(PIECE, 10), { silence: 0, skip: PIECE, stretch: 0 });
  line.begin(15);
  assert.deepEqual(line.accept(PIECE, 20), { silence: 0, skip: PIECE, stretch: 0 });
  assert.deepEqual(line.accept(PIECE, 30), { silence: 0, skip: 0, stretch: 0 });
  assert.equal(line.begunMs, 20);
});

test('A_sound_that_comes_later_than_the_picture_has_silence_before_it', () => {
  const line = begun();
  assert.deepEqual(line.accept(PIECE, 64), { silence: 2400, skip: 0, stretch: 0 });
  assert.equal(line.begunMs, 4);
});

test('Whatever_happens_to_it_a_line_is_moved_by_whole_pieces', () => {
  const line = begun(3);
  const at = (ms: number) => (ms < 900 ? 33 : ms < 2000 ? 0 : ms < 4000 ? 77 : 41);
  let { silence, skip, stretch } = feed(line, 0, 1000, at);
  const missing = line.missing(1437);
  const later = feed(line, 1437, 12_437, at);
  silence += missing + later.silence;
  skip += later.skip;
  stretch += later.stretch;
  assert.ok(missing > 0 && stretch !== 0);
  for (const moved of [silence, skip, stretch]) assert.ok(moved % PIECE === 0, `${silence} ${skip} ${stretch}`);
});

test('A_microphone_that_pauses_leaves_silence_as_it_happens', () => {
  const line = begun();
  feed(line, 0, 1000);
  assert.equal(line.missing(1200), 0);
  const filled = line.missing(1400) + line.missing(1600) + line.missing(1800) + line.missing(2000);
  const { silence, skip } = feed(line, 2000, 3000);
  assert.ok(Math.abs(filled + silence - skip - RATE) <= RATE * 0.06, `${filled} ${silence} ${skip}`);
});

test('A_microphone_that_loses_samples_is_brought_back_in_time', () => {
  const line = begun();
  feed(line, 0, 1000);
  const { silence } = feed(line, 1100, 5000);
  assert.ok(Math.abs(silence - 4800) <= 480, `${silence}`);
});

test('Samples_that_are_lost_are_made_up_for_within_seconds', () => {
  const line = begun();
  feed(line, 0, 5000);
  const { silence, stretch } = feed(line, 5050, 7800);
  assert.ok(Math.abs(silence + stretch - 0.05 * RATE) <= 0.0075 * RATE, `${silence} ${stretch}`);
});

test('A_microphone_that_runs_fast_is_played_faster_without_a_click', () => {
  const line = begun();
  let shorter = 0;
  // One per mille fast: 60 ms within the minute.
  for (let i = 1; i <= 6_000; i++) {
    const { skip, silence, stretch } = line.accept(PIECE, 1 + i * 9.99);
    assert.equal(skip + silence, 0);
    shorter -= stretch;
  }
  assert.ok(Math.abs(shorter - 0.06 * RATE) < 0.01 * RATE, `${shorter}`);
});

test('Sound_that_was_late_when_the_line_began_is_in_time_seconds_later', () => {
  const line = begun();
  const { silence, stretch } = feed(line, 0, 4000, (at) => (at <= 40 ? 55 : 0));
  // What was put before it goes again.
  assert.ok(silence > 0);
  assert.ok(Math.abs(silence + stretch) < 0.0075 * RATE, `${silence} ${stretch}`);
});

test('A_machine_that_slept_leaves_a_hole_and_not_hours_of_silence', () => {
  const line = begun();
  feed(line, 0, 1000);
  assert.equal(line.missing(3_600_000), 0);
  assert.ok(line.begunMs! > 3_590_000);
  assert.equal(line.missing(3_600_100), 0);
});

test('Two_sources_with_clocks_of_their_own_meet_on_the_page', () => {
  const camera = new ArrivalClock();
  const placed = [[1_842_481, 265.8], [1_842_524, 306], [1_842_574, 450], [1_842_624, 406]].map(([source, arrived]) =>
    camera.place(source!, arrived!),
  );
  assert.deepEqual(placed.slice(1), [306, 356, 406]);
});

test('A_source_whose_clock_jumps_is_placed_anew_within_the_window', () => {
  const clock = new ArrivalClock(2000);
  for (let at = 0; at < 5000; at += 50) clock.place(at, at + 8);
  let placed = 0;
  for (let at = 5000; at < 8000; at += 50) placed = clock.place(at - 212, at + 8);
  assert.equal(placed, 7958);
});
