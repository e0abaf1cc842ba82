import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { ResumableAnswer, ResumableRequest } from '../src/lib/resumable-request.js';
import { Scope } from '../src/lib/scope.js';
import { TakeBytes } from '../src/lib/take-bytes.js';
import { BEGINNING } from '../src/lib/take-store.js';
import { TakeUpload, type UploadEnd } from '../src/lib/take-upload.js';

const TAKE = '00000000-0000-4000-8000-000000000001';
const BEFORE = '00000000-0000-4000-8000-000000000000';

/** A server as docs/api.md describes it, for one take. */
class Server {
  bytes: number[] = [];
  known = true;
  complete = false;
  readonly asked: ResumableRequest[] = [];
  /** Answers given instead, oldest first. */
  readonly instead: (Partial<ResumableAnswer> | null)[] = [];

  constructor(readonly frameBytes = 1) {}

  async send(request: ResumableRequest): Promise<ResumableAnswer | null> {
    this.asked.push(request);
    const none = { status: 204, offset: null, complete: false, detail: '', retryAfterMs: 0 };
    const instead = this.instead.shift();
    if (instead !== undefined) return instead && { ...none, ...instead };
    if (request.method === 'HEAD') {
      return this.known ? { ...none, offset: this.bytes.length, complete: this.complete } : { ...none, status: 404 };
    }
    if (this.complete || request.offset !== this.bytes.length) {
      return { ...none, status: 409, offset: this.bytes.length, complete: this.complete };
    }
    this.known = true;
    this.complete = request.complete ?? false;
    const whole = this.complete ? request.body!.length : Math.floor(request.body!.length / this.frameBytes) * this.frameBytes;
    for (const byte of request.body!.subarray(0, whole)) this.bytes.push(byte);
    return { ...none, offset: this.bytes.length, complete: this.complete };
  }
}

function takeOf(count: number, after: string | null = null): TakeBytes {
  const bytes = TakeBytes.begin({ takeId: TAKE, liveId: 7, memberId: 1, begunMs: 0, after }, null);
  bytes.append(Uint8Array.from({ length: count }, (_, i) => i % 251));
  return bytes;
}

function upload(take: TakeBytes, server: Server): Promise<UploadEnd> {
  const hooks = {
    send: (request: ResumableRequest) => server.send(request),
    turn: async () => true,
    chunkMs: () => 100,
    standBack: (scope: Scope) => scope.signal,
    onProgress: () => {},
  };
  return new TakeUpload(take, hooks, new Scope()).run();
}

beforeEach(() => {
  Object.assign(globalThis, { window: new EventTarget() });
});

test('Upload_goes_on_where_the_server_is_and_ends_with_the_last_byte', async () => {
  const take = takeOf(400_000);
  const server = new Server();
  server.bytes = [...take.kept.read(0, 150_000)];
  assert.deepEqual(await upload(take, server), { kind: 'done' });
  assert.equal(server.bytes.length, 400_000);
  assert.ok(server.bytes.every((byte, i) => byte === i % 251));
  assert.ok(server.complete);
  assert.equal(take.waitingBytes, 0);
  assert.equal(server.asked[1]!.offset, 150_000);
  assert.equal(server.asked[1]!.url, `/api/posts/live/7/takes/${TAKE}/`);
});

test('Chunk_without_a_whole_frame_is_followed_by_a_larger_one', async () => {
  const server = new Server(300_000);
  assert.deepEqual(await upload(takeOf(700_000, BEFORE), server), { kind: 'done' });
  assert.equal(server.bytes.length, 700_000);
});

test('Take_of_which_nothing_came_is_placed_behind_the_one_it_follows', async () => {
  const server = new Server();
  server.known = false;
  assert.deepEqual(await upload(takeOf(1000, BEFORE), server), { kind: 'done' });
  assert.equal(server.asked[1]!.url, `/api/posts/live/7/takes/${TAKE}/?after=${BEFORE}`);
});

test('First_take_of_which_nothing_came_is_placed_at_the_beginning', async () => {
  const server = new Server();
  server.known = false;
  assert.deepEqual(await upload(takeOf(1000, BEGINNING), server), { kind: 'done' });
  assert.equal(server.asked[1]!.url, `/api/posts/live/7/takes/${TAKE}/?after=00000000-0000-0000-0000-000000000000`);
});

test('Take_without_a_place_is_not_put_on_air_by_its_upload_and_stays_kept', async () => {
  const take = takeOf(1000);
  const server = new Server();
  server.known = false;
  assert.deepEqual(await upload(take, server), { kind: 'unplaced' });
  assert.equal(server.asked.length, 1);
  assert.equal(take.waitingBytes, 1000);
});

test('Take_of_which_the_server_knows_no_place_stays_kept', async () => {
  const take = takeOf(1000, BEFORE);
  const server = new Server();
  server.instead.push({ offset: 0 }, { status: 404 });
  assert.deepEqual(await upload(take, server), { kind: 'unplaced' });
  assert.equal(take.waitingBytes, 1000);
});

test('Another_offset_than_the_servers_is_corrected_without_asking', async () => {
  const take = takeOf(1000, BEFORE);
  const server = new Server();
  server.instead.push({ offset: 10 });
  server.bytes = [...take.kept.read(0, 400)];
  assert.deepEqual(await upload(take, server), { kind: 'done' });
  assert.deepEqual(server.asked.map((each) => each.offset), [undefined, 10, 400]);
  assert.equal(server.bytes.length, 1000);
});

test('Answer_that_does_not_come_is_asked_for', async () => {
  const server = new Server();
  server.instead.push({ offset: 0 }, null);
  assert.deepEqual(await upload(takeOf(1000, BEFORE), server), { kind: 'done' });
  assert.deepEqual(server.asked.map((each) => each.method), ['HEAD', 'PATCH', 'HEAD', 'PATCH']);
});

test('Bytes_that_are_gone_close_the_take_where_it_is', async () => {
  const take = takeOf(1000, BEFORE);
  take.freeUntil(600);
  const server = new Server();
  server.bytes = [...new Uint8Array(300)];
  assert.deepEqual(await upload(take, server), { kind: 'done' });
  assert.equal(server.bytes.length, 300);
  assert.ok(server.complete);
});

test('Refusals_end_with_their_sentence_and_a_member_who_signed_out_comes_back', async () => {
  for (const status of [400, 403, 410]) {
    const server = new Server();
    server.instead.push({ offset: 0 }, { status, detail: 'Non.' });
    assert.deepEqual(await upload(takeOf(10, BEFORE), server), { kind: 'refused', detail: 'Non.' });
  }
  const server = new Server();
  server.instead.push({ status: 401 });
  assert.deepEqual(await upload(takeOf(10, BEFORE), server), { kind: 'signed-out' });
});
