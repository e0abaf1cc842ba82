import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stillMoment } from '../src/lib/stills.js';

test('In_a_short_film_each_second_has_its_picture', () => {
  assert.equal(stillMoment(0, 60), 0);
  assert.equal(stillMoment(12.9, 60), 12);
  assert.equal(stillMoment(-3, 60), 0);
});

test('Along_hours_there_are_no_more_moments_than_pixels_and_each_is_at_or_before_where_one_points', () => {
  const duration = 3 * 3600;
  const moments = new Set<number>();
  for (let seconds = 0; seconds < duration; seconds += 0.7) {
    const moment = stillMoment(seconds, duration);
    assert.ok(moment <= seconds && seconds - moment <= 16, `${moment} for ${seconds}`);
    moments.add(moment);
  }
  assert.ok(moments.size <= 1024, `${moments.size}`);
});
