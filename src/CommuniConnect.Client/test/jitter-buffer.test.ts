import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JitterBuffer } from '../src/lib/jitter-buffer.js';

const RATE = 48_000;
const BLOCK = 128;

/** Sound whose samples tell their own time in the live, arriving when `arrivalOf` says, in frames of 20 ms. */
class Network {
  readonly buffer = new JitterBuffer(RATE);
  nowSeconds = 0;
  #next = 0;
  /** Seconds between what is heard and what the microphone takes up now; null in silence. */
  lag: number | null = null;
  silentBlocks = 0;

  constructor(private readonly arrivalOf: (capturedSeconds: number) => number, private readonly speed = 1) {}

  run(seconds: number): void {
    const output = [new Float32Array(BLOCK), new Float32Array(BLOCK)];
    for (const end = this.nowSeconds + seconds; this.nowSeconds < end; this.nowSeconds += BLOCK / RATE) {
      this.#arrive();
      const { time } = this.buffer;
      this.buffer.read(output);
      this.lag = time === null ? null : this.nowSeconds - time / this.speed;
      if (output[0]!.every((sample) => sample === 0)) this.silentBlocks++;
    }
  }

  #arrive(): void {
    for (;;) {
      const time = this.#next * 0.02;
      const captured = (time + 0.02) / this.speed;
      if (this.arrivalOf(captured) > this.nowSeconds) return;
      const samples = Float32Array.from({ length: RATE * 0.02 }, (_, i) => 1 + time + i / RATE);
      this.buffer.push({ time, channels: [samples] });
      this.#next++;
    }
  }
}

test('On_a_calm_network_sound_is_heard_within_80_ms_of_its_beginning_and_without_a_gap', () => {
  const network = new Network((captured) => captured + 0.005);
  network.run(0.5);
  network.silentBlocks = 0;
  network.run(30);
  assert.equal(network.buffer.gaps, 0);
  assert.equal(network.silentBlocks, 0);
  assert.ok(network.lag! < 0.08, `${network.lag}`);
});

test('On_a_network_that_hiccups_the_gaps_stop', () => {
  // Every half second nothing comes for 150 ms, then all of it at once.
  const network = new Network((captured) => (captured % 0.5 < 0.15 ? captured - (captured % 0.5) + 0.15 : captured));
  network.run(20);
  const learned = network.buffer.gaps;
  network.run(60);
  assert.ok(learned > 0 && learned < 4, `${learned} gaps to learn it`);
  // Coming closer in calm times may cost one now and then.
  assert.ok(network.buffer.gaps - learned <= 4, `${network.buffer.gaps - learned} gaps afterwards`);
});

test('The_first_gap_of_a_page_makes_nobody_late', () => {
  const network = new Network((captured) => (captured > 0.5 && captured < 0.7 ? 0.7 : captured + 0.005));
  network.run(6);
  assert.equal(network.buffer.gaps, 1);
  assert.ok(network.lag! < 0.09, `${network.lag}`);
});

test('What_was_too_little_while_the_page_began_is_enough_half_a_minute_later', () => {
  const network = new Network((captured) => (captured > 2 && captured < 2.25 ? 2.25 : captured + 0.005));
  network.run(40);
  assert.equal(network.buffer.gaps, 1);
  assert.ok(network.lag! < 0.08, `${network.lag}`);
});

/** On time, but that nothing comes for a while at each of these instants. */
function hiccups(seconds: number, ...instants: number[]): Network {
  return new Network((captured) => {
    const late = instants.find((at) => captured > at && captured < at + seconds);
    return late === undefined ? captured + 0.005 : late + seconds + 0.005;
  });
}

test('Nobody_is_later_for_one_hiccup', () => {
  const network = hiccups(0.055, 40);
  network.run(39.9);
  const { lag, silentBlocks } = network;
  const { margin } = network.buffer;
  network.run(0.5);
  assert.equal(network.buffer.gaps, 1);
  assert.equal(network.buffer.margin, margin);
  assert.ok(Math.abs(network.lag! - lag!) < 0.01, `${lag} before, ${network.lag} after`);
  assert.equal(network.silentBlocks, silentBlocks);
});

test('The_gaps_of_one_hiccup_are_one', () => {
  const network = hiccups(0.055, 40, 40.1);
  network.run(39.9);
  const { lag } = network;
  const { margin } = network.buffer;
  network.run(0.5);
  assert.equal(network.buffer.gaps, 2);
  assert.equal(network.buffer.margin, margin);
  assert.ok(Math.abs(network.lag! - lag!) < 0.01, `${lag} before, ${network.lag} after`);
});

test('Who_had_a_hiccup_just_before_gets_more_margin', () => {
  const network = hiccups(0.055, 40, 43);
  network.run(42.9);
  const { margin } = network.buffer;
  network.run(0.5);
  assert.equal(network.buffer.gaps, 2);
  assert.ok(network.buffer.margin > margin);
});

test('What_waits_without_need_is_gone_in_seconds', () => {
  // All that was taken up in the silence comes at once behind it.
  const network = hiccups(0.3, 40);
  network.run(45);
  assert.ok(network.lag! - network.buffer.margin < 0.12, `${network.lag}, margin ${network.buffer.margin}`);
});

test('A_stall_is_told_and_an_interruption_teaches_nothing', () => {
  const network = new Network((captured) => (captured > 5 && captured < 5.5 ? 5.5 : captured > 10 && captured < 20 ? 20 : captured));
  network.run(4.9);
  const { margin } = network.buffer;
  network.run(2);
  assert.equal(network.buffer.stalls, 1);
  const { margin: learned } = network.buffer;
  assert.ok(learned > margin);
  network.run(15);
  assert.equal(network.buffer.stalls, 2);
  assert.ok(network.buffer.margin <= learned);
});

test('After_a_stall_the_delay_is_won_back', () => {
  const network = new Network((captured) => (captured > 2 && captured < 4 ? 4 : captured));
  network.run(60);
  assert.ok(network.lag! < 0.15, `${network.lag}`);
});

for (const speed of [0.9995, 1.0005]) {
  test(`A_microphone_whose_clock_runs_${speed}_does_not_drift_away`, () => {
    const network = new Network((captured) => captured + 0.005, speed);
    network.run(300);
    assert.ok(network.lag! < 0.12, `${network.lag}`);
    assert.ok(network.buffer.gaps <= 1, `${network.buffer.gaps} gaps`);
  });
}

test('A_new_viewer_does_not_hear_the_group_that_is_sent_to_begin_with', () => {
  const network = new Network((captured) => Math.max(captured, 1));
  network.run(1.2);
  assert.ok(network.lag! < 0.1, `${network.lag}`);
});

test('The_time_told_is_that_of_the_sample_read_next', () => {
  const buffer = new JitterBuffer(RATE);
  for (const time of [10, 10.02, 10.04]) {
    buffer.push({ time, channels: [Float32Array.from({ length: 960 }, (_, i) => time + i / RATE)] });
  }
  const output = [new Float32Array(BLOCK)];
  buffer.read(output);
  for (let i = 0; i < 10; i++) {
    const told = buffer.time!;
    buffer.read(output);
    assert.ok(Math.abs(output[0]![0]! - told) < 1e-4);
  }
});

test('What_belongs_to_another_time_is_forgotten', () => {
  const buffer = new JitterBuffer(RATE);
  buffer.push({ time: 1, channels: [new Float32Array(9600)] });
  buffer.clear();
  assert.equal(buffer.level, 0);
  assert.equal(buffer.time, null);
});
