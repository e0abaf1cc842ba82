import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { TakeBytes } from '../src/lib/take-bytes.js';
import { IngestConnection, SILENCE_MS, type TakeEnd } from '../src/lib/ingest-connection.js';

/** The browser's socket, as far as a take sees it; the test is the server. */
class Socket extends EventTarget {
  static readonly OPEN = 1;
  static all: Socket[] = [];
  readyState = 1;
  binaryType = '';
  bufferedAmount = 0;
  readonly sent: (string | Uint8Array)[] = [];

  constructor(readonly url: URL) {
    super();
    Socket.all.push(this);
  }

  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }

  close(): void {
    this.readyState = 3;
  }

  say(message: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }

  cut(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }

  get bytes(): number[] {
    return this.sent.flatMap((each) => (typeof each === 'string' ? [] : [...each]));
  }
}

let nowMs = 0;
let late = false;
let ends: TakeEnd[] = [];
let unreachable = 0;
let keyframes = 0;
let connection: IngestConnection;
const page = new EventTarget();
const newest = () => Socket.all.at(-1)!;
const pass = (ms: number) => {
  for (let left = ms; left > 0; left -= 50) {
    nowMs += 50;
    mock.timers.tick(50);
  }
};

function connectionOf(takeId: string): IngestConnection {
  const bytes = TakeBytes.begin({ takeId, liveId: 7, memberId: 1, begunMs: 0, after: null }, null);
  return new IngestConnection('/ingest/7/key', bytes, {
    onChange: () => {},
    isLate: () => late,
    onEnd: (end) => ends.push(end),
    onKeyframeWanted: () => keyframes++,
    onUnreachable: () => unreachable++,
  });
}

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  mock.method(performance, 'now', () => nowMs);
  Object.assign(globalThis, { WebSocket: Socket, window: page, location: { href: 'https://site.test/studio' } });
  Socket.all = [];
  ends = [];
  unreachable = 0;
  keyframes = 0;
  late = false;
  connection = connectionOf('take-1');
});

afterEach(() => {
  connection.close();
  mock.timers.reset();
  mock.restoreAll();
});

test('Nothing_is_sent_before_the_server_names_an_offset', () => {
  connection.append(Uint8Array.of(1, 2, 3));
  connection.open();
  assert.equal(String(newest().url), 'wss://site.test/ingest/7/key?take=take-1');
  assert.deepEqual(newest().sent, []);
  newest().say({ type: 'ready', offset: 0 });
  assert.deepEqual(newest().bytes, [1, 2, 3]);
});

test('After_a_cut_bytes_continue_from_the_servers_offset', () => {
  connection.open();
  newest().say({ type: 'ready', offset: 0 });
  connection.append(Uint8Array.of(1, 2, 3, 4));
  newest().say({ type: 'durable', offset: 2 });
  assert.equal(connection.bytes.waitingBytes, 2);
  newest().cut();
  assert.equal(connection.connected, false);
  connection.append(Uint8Array.of(5));
  pass(1000);
  assert.equal(Socket.all.length, 2);
  newest().say({ type: 'ready', offset: 3 });
  assert.deepEqual(newest().bytes, [4, 5]);
});

test('An_offset_that_is_gone_or_never_was_ends_the_take', () => {
  for (const offset of [1, 9]) {
    const take = connectionOf('other');
    take.append(Uint8Array.of(1, 2, 3, 4));
    take.open();
    newest().say({ type: 'ready', offset: 0 });
    newest().say({ type: 'durable', offset: 2 });
    newest().cut();
    pass(1000);
    newest().say({ type: 'ready', offset });
  }
  assert.deepEqual(ends, [{ kind: 'late' }, { kind: 'late' }]);
});

test('What_is_too_old_for_the_live_is_not_sent_by_the_socket', () => {
  connection.open();
  newest().say({ type: 'ready', offset: 0 });
  connection.append(Uint8Array.of(1, 2, 3, 4));
  newest().cut();
  late = true;
  pass(1000);
  newest().say({ type: 'ready', offset: 3 });
  assert.deepEqual(newest().sent, []);
  assert.deepEqual(ends, [{ kind: 'late' }]);
  assert.equal(connection.kept.start, 3, 'what the server has is known');
  assert.deepEqual([...connection.kept.read(3, 9)], [4]);
});

test('Socket_begun_without_a_network_is_begun_again_when_there_is_one', () => {
  connection.open();
  page.dispatchEvent(new Event('online'));
  assert.equal(Socket.all.length, 2);
  assert.equal(Socket.all[0]!.readyState, 3);
  pass(2500);
  assert.equal(Socket.all.length, 3, 'an attempt is not waited for as long as the slowest link may take');
});

test('A_socket_that_acknowledges_nothing_is_replaced', () => {
  connection.open();
  newest().say({ type: 'ready', offset: 0 });
  pass(SILENCE_MS * 2);
  assert.equal(Socket.all.length, 1, 'nothing waits, so silence is right');
  connection.append(Uint8Array.of(1));
  pass(SILENCE_MS + 1500);
  assert.equal(Socket.all.length, 2);
  newest().say({ type: 'ready', offset: 0 });
  assert.deepEqual(newest().bytes, [1]);
});

test('Complete_follows_the_last_byte_and_again_after_a_cut', async () => {
  connection.append(Uint8Array.of(1, 2));
  connection.complete();
  connection.open();
  newest().say({ type: 'ready', offset: 0 });
  assert.equal(newest().sent.at(-1), '{"type":"complete"}');
  newest().cut();
  pass(1000);
  newest().say({ type: 'ready', offset: 2 });
  assert.deepEqual(newest().sent, ['{"type":"complete"}']);
  newest().say({ type: 'completed', offset: 2 });
  await connection.over;
  assert.equal(connection.bytes.waitingBytes, 0);
});

test('A_message_is_never_larger_than_the_server_takes_and_the_socket_never_holds_all', () => {
  connection.append(new Uint8Array(3_000_000));
  connection.open();
  const socket = newest();
  const send = socket.send.bind(socket);
  socket.send = (data) => {
    send(data);
    socket.bufferedAmount += data.length;
  };
  socket.say({ type: 'ready', offset: 0 });
  assert.ok(socket.bytes.length <= 768 * 1024);
  assert.ok(socket.sent.every((each) => each.length <= 256 * 1024));
  socket.bufferedAmount = 0;
  pass(100);
  assert.ok(socket.bytes.length > 768 * 1024);
});

test('The_return_of_the_network_is_not_waited_for', () => {
  connection.open();
  newest().cut();
  assert.equal(unreachable, 1);
  page.dispatchEvent(new Event('online'));
  assert.equal(Socket.all.length, 2);
});

test('A_wish_for_a_keyframe_reaches_the_encoder', () => {
  connection.open();
  newest().say({ type: 'ready', offset: 0 });
  newest().say({ type: 'keyframe' });
  assert.equal(keyframes, 1);
});

test('Refusal_and_end_reach_the_page_with_their_sentences', () => {
  connection.open();
  newest().say({ type: 'refused', error: 'Pas du WebM.' });
  assert.deepEqual(ends, [{ kind: 'refused', detail: 'Pas du WebM.' }]);
  pass(10_000);
  assert.equal(Socket.all.length, 1);
});
