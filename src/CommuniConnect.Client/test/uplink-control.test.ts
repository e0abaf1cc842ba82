import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLOOR_BITS_PER_SECOND, UplinkControl, type PictureTarget } from '../src/lib/uplink-control.js';

const FULL = 1_200_000;
const SOUND = 96_000;
const STEP_MS = 10;
const TOLD_MS = 100;
const ACK_MS = 200;
const OBEY_MS = 150;

interface Moment {
  readonly atMs: number;
  readonly target: PictureTarget;
  readonly lightened: boolean;
  /** Age of the oldest byte that has not left. */
  readonly queueMs: number;
}

/**
 * A live of so many seconds over a link that carries `capacity(seconds)` bits per second, acknowledged as the server does,
 * on a page that now and then does nothing, and then hears of what was made before it hears of what is durable.
 */
function live(
  seconds: number,
  capacity: (atSeconds: number) => number,
  ackDelayMs = 40,
  standsStill: (atSeconds: number) => boolean = () => false,
): Moment[] {
  const control = new UplinkControl(FULL, SOUND);
  const made: number[] = [0];
  const left: number[] = [0];
  const targets: PictureTarget[] = [];
  const moments: Moment[] = [];
  let durable = 0;
  let heard = 0;
  let stoodStill = false;
  let oldest = 0;
  for (let step = 1; step * STEP_MS <= seconds * 1000; step++) {
    const atMs = step * STEP_MS;
    const obeyed = targets.at(-1 - OBEY_MS / STEP_MS)?.bitsPerSecond ?? FULL;
    // A keyframe each second takes a fifth of its bytes.
    const share = atMs % 1000 === 0 ? 0.2 : 0.8 * (STEP_MS / 1000);
    made.push(made.at(-1)! + (obeyed * share + SOUND * (STEP_MS / 1000)) / 8);
    left.push(Math.min(made.at(-1)!, left.at(-1)! + (capacity(atMs / 1000) * STEP_MS) / 8000));
    if (atMs % ACK_MS === 0) durable = left[Math.max(0, step - ackDelayMs / STEP_MS)]!;
    while (made[oldest + 1]! <= left.at(-1)!) oldest++;
    if (standsStill(atMs / 1000)) stoodStill = true;
    else {
      if (!stoodStill) heard = durable;
      if (atMs % TOLD_MS === 0) {
        control.follow(atMs, made.at(-1)!, { connected: true, waitingBytes: made.at(-1)! - heard });
        stoodStill = false;
      }
    }
    targets.push(control.target);
    moments.push({ atMs, target: control.target, lightened: control.lightened, queueMs: (step - oldest) * STEP_MS });
  }
  return moments;
}

const between = (moments: readonly Moment[], from: number, to: number) =>
  moments.filter(({ atMs }) => atMs >= from * 1000 && atMs < to * 1000);
const longestQueue = (moments: readonly Moment[]) => Math.max(...moments.map(({ queueMs }) => queueMs));
const bits = (moments: readonly Moment[]) => moments.map(({ target }) => target.bitsPerSecond);

test('A_link_that_carries_everything_is_left_alone', () => {
  for (const delay of [0, 40, 100, 500, 1500]) {
    assert.ok(live(60, () => 5_000_000, delay).every(({ lightened }) => !lightened), `${delay} ms to acknowledge`);
  }
});

test('A_short_hiccup_is_no_weak_link', () => {
  const moments = live(60, (at) => (at % 7 < 0.4 ? 0 : 4_000_000));
  assert.ok(moments.every(({ lightened }) => !lightened));
});

test('A_page_that_stands_still_is_no_weak_link', () => {
  for (const seconds of [0.5, 1, 3]) {
    const moments = live(60, () => 4_000_000, 40, (at) => at % 7 > 7 - seconds);
    assert.ok(moments.every(({ lightened }) => !lightened), `${seconds} s`);
  }
});

for (const [name, capacity, most] of [['half', 600_000, 1200], ['a_third', 400_000, 2000], ['a_quarter', 300_000, 3000]] as const) {
  test(`A_link_that_falls_to_${name}_is_followed_before_a_long_queue_grows`, () => {
    const moments = live(60, (at) => (at < 10 ? 5_000_000 : capacity));
    assert.ok(longestQueue(moments) <= most, `queue ${longestQueue(moments)} ms`);
    const settled = between(moments, 20, 60);
    assert.ok(longestQueue(settled) < 1700, `then ${longestQueue(settled)} ms`);
    const average = bits(settled).reduce((sum, b) => sum + b, 0) / settled.length;
    assert.ok(average + SOUND < capacity && average > FLOOR_BITS_PER_SECOND, `${average}`);
    assert.ok(average + SOUND > capacity * 0.55, `uses ${average + SOUND} of ${capacity}`);
  });
}

test('A_good_link_brings_everything_back_slowly', () => {
  const moments = live(70, (at) => (at > 10 && at < 20 ? 400_000 : 5_000_000));
  assert.ok(between(moments, 19, 20).every(({ lightened }) => lightened));
  assert.ok(between(moments, 21, 23).every(({ target }) => target.bitsPerSecond < FULL * 0.6));
  assert.ok(between(moments, 50, 70).every(({ target }) => target.bitsPerSecond === FULL));
});

test('A_stall_of_five_seconds_is_forgotten_within_half_a_minute', () => {
  const moments = live(60, (at) => (at > 10 && at < 15 ? 0 : 2_500_000));
  assert.equal(Math.min(...bits(between(moments, 10, 16))), FLOOR_BITS_PER_SECOND);
  assert.ok(bits(between(moments, 40, 60)).every((b) => b === FULL));
});

test('A_link_without_hope_gets_the_floor_and_no_less', () => {
  const moments = live(60, () => 50_000);
  assert.equal(Math.min(...bits(moments)), FLOOR_BITS_PER_SECOND);
  assert.equal(moments.at(-1)!.target.bitsPerSecond, FLOOR_BITS_PER_SECOND);
});

test('First_the_bitrate_falls_then_the_frame_rate_then_the_size', () => {
  const at = (capacity: number) => live(30, () => capacity).at(-1)!.target;
  assert.deepEqual([at(5_000_000).framesPerSecond, at(5_000_000).scale], [30, 1]);
  assert.deepEqual([at(700_000).framesPerSecond, at(700_000).scale], [20, 1]);
  assert.ok(at(300_000).framesPerSecond === 15 && at(300_000).scale < 1);
});

test('A_link_at_its_limit_is_not_tried_ever_again', () => {
  const moments = live(240, () => 700_000);
  const falls = moments.filter(({ target }, i) => i > 0 && target.bitsPerSecond < moments[i - 1]!.target.bitsPerSecond);
  const late = falls.filter(({ atMs }) => atMs > 120_000);
  assert.ok(late.length <= 6, `${late.length} falls in two minutes`);
  assert.ok(longestQueue(between(moments, 60, 240)) < 1000, `${longestQueue(between(moments, 60, 240))} ms`);
});

test('What_waits_for_a_connection_changes_nothing', () => {
  const control = new UplinkControl(FULL, SOUND);
  for (let atMs = 0; atMs < 20_000; atMs += TOLD_MS) {
    control.follow(atMs, atMs * 150, { connected: false, waitingBytes: atMs * 150 });
  }
  assert.equal(control.target.bitsPerSecond, FULL);
});
