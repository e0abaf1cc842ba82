import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DelayMeter } from '../src/lib/delay-meter.js';
import { ServerClock } from '../src/lib/server-clock.js';

/** A meter on a page whose clock is the server's. */
async function meter(): Promise<DelayMeter> {
  const clock = new ServerClock(async () => 0, () => 0);
  await clock.measure(new AbortController().signal, async () => {});
  return new DelayMeter(clock);
}

test('Delay_is_from_the_camera_to_the_screen', async () => {
  const delay = await meter();
  delay.captured(2, 5000);
  delay.painted(3, 6120);
  assert.equal(delay.ms, 120);
});

test('Clock_that_is_withdrawn_leaves_no_delay_behind', async () => {
  const delay = await meter();
  delay.captured(2, 5000);
  delay.painted(3, 6120);
  delay.forget();
  assert.equal(delay.ms, null);
  delay.painted(4, 7120);
  assert.equal(delay.ms, null);
});

test('Delay_by_the_next_clock_owes_nothing_to_the_one_before', async () => {
  const delay = await meter();
  delay.captured(2, 5000);
  delay.painted(3, 60_000);
  delay.forget();
  delay.captured(10, 90_000);
  delay.painted(11, 91_080);
  assert.equal(delay.ms, 80);
});
