import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Scope } from '../src/lib/scope.js';
import { ServerClock } from '../src/lib/server-clock.js';

/** A server whose clock is ahead by `ahead`, over a network on which the question and the answer take so long. */
function network(ahead: number, trips: [there: number, back: number][]) {
  let nowMs = 1000;
  const clock = new ServerClock(
    async () => {
      const [there, back] = trips.shift() ?? [500, 0];
      nowMs += there;
      const serverMs = nowMs + ahead;
      nowMs += back;
      return serverMs;
    },
    () => nowMs,
  );
  return { clock, measure: () => clock.measure(new AbortController().signal, async () => {}) };
}

test('Nothing_is_known_before_the_first_answer', () => assert.equal(network(5, []).clock.at(0), null));

test('The_quickest_answer_decides', async () => {
  const { clock, measure } = network(86_400_000, [[300, 10], [4, 4], [80, 200], [10, 60], [30, 30]]);
  await measure();
  assert.equal(clock.at(50), 86_400_050);
});

/** Has the clock kept for so many seconds, which pass at once. */
async function keep(clock: ServerClock, seconds: number): Promise<void> {
  mock.timers.enable({ apis: ['setTimeout'] });
  const scope = new Scope();
  try {
    void clock.keep(scope);
    for (let i = 0; i < seconds * 10; i++) {
      await new Promise(setImmediate);
      mock.timers.tick(100);
    }
  } finally {
    scope.dispose();
    mock.timers.reset();
  }
}

test('A_page_that_was_busy_when_it_began_soon_knows_better', async () => {
  const busy = Array.from({ length: 5 }, (): [number, number] => [60, 0]);
  const { clock } = network(0, [...busy, ...busy.map((): [number, number] => [2, 2])]);
  await keep(clock, 10);
  assert.equal(clock.at(0), 0);
});

test('A_network_that_has_gone_silent_is_not_waited_for', async () => {
  let asked = 0;
  const never = (signal: AbortSignal) => new Promise<number>((_, reject) => signal.addEventListener('abort', reject));
  const clock = new ServerClock((signal) => (asked++ === 0 ? never(signal) : Promise.resolve(700)), () => 500);
  await keep(clock, 20);
  assert.equal(clock.at(0), 200);
});

test('What_is_known_is_not_given_up_for_the_first_slow_answer', async () => {
  let slowMs = 0;
  let nowMs = 1000;
  const clock = new ServerClock(async () => (nowMs += slowMs), () => nowMs);
  const measure = (sleep: () => Promise<unknown>) => clock.measure(new AbortController().signal, sleep);
  await measure(async () => {});
  slowMs = 500;
  const meanwhile: (number | null)[] = [];
  await measure(async () => {
    meanwhile.push(clock.at(0));
    slowMs = 0;
  });
  assert.deepEqual(meanwhile, [0, 0, 0, 0, 0]);
});

test('Without_any_answer_what_was_known_stays', async () => {
  let fails = false;
  const clock = new ServerClock(async () => {
    if (fails) throw new Error('offline');
    return 700;
  }, () => 500);
  await clock.measure(new AbortController().signal, async () => {});
  fails = true;
  await clock.measure(new AbortController().signal, async () => {});
  assert.equal(clock.at(0), 200);
});
