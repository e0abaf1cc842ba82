import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scope } from '../src/lib/scope.js';
import { WatchSocket } from '../src/lib/watch-socket.js';

/** Stands for the browser's own, and says what the test has the server say. */
class Line extends EventTarget {
  static last: Line;
  constructor() {
    super();
    Line.last = this;
  }
  close(): void {}
  say(message: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }
}

test('Clock_is_told_and_withdrawn_and_messages_of_a_newer_server_are_passed_over', () => {
  Object.assign(globalThis, { WebSocket: Line, location: { href: 'http://live.test/' } });
  const heard: unknown[] = [];
  const scope = new Scope();
  new WatchSocket('/watch/1-a.webm', scope, {
    onTracks: () => heard.push('tracks'),
    onPackets: () => heard.push('packets'),
    onJump: () => heard.push('jump'),
    onClock: (media, captured) => heard.push([media, captured]),
    onNoClock: () => heard.push('no clock'),
  });

  Line.last.say({ type: 'clock', media: 2, captured: 5000 });
  Line.last.say({ type: 'of a newer server' });
  Line.last.say({ type: 'no_clock' });
  scope.dispose();

  assert.deepEqual(heard, [[2, 5000], 'no clock']);
});
