import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EbmlSplitter } from '../src/lib/ebml-splitter.js';
import { concat, encode, Float, openHead, sizeOf } from '../src/lib/ebml-writer.js';
import { WebMWriter, type TrackHeader } from '../src/lib/webm-writer.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const opusHead = Uint8Array.from(Buffer.from('4f707573486561640101380180bb0000000000', 'hex'));
const video: TrackHeader = { kind: 'video', codecId: 'V_VP8', width: 640, height: 360 };
const audio: TrackHeader = { kind: 'audio', channels: 1, opusHead };
const picture = (timeMs: number, isKeyframe = false) => ({ track: 0, timeMs, isKeyframe, bytes: Uint8Array.of(1, 2, 3) });
const sound = (timeMs: number, track = 1) => ({ track, timeMs, isKeyframe: true, bytes: Uint8Array.of(9) });

test('Sizes_take_as_few_bytes_as_they_can_and_never_mean_unknown', () => {
  assert.equal(hex(sizeOf(0)), '80');
  assert.equal(hex(sizeOf(126)), 'fe');
  assert.equal(hex(sizeOf(127)), '407f');
  assert.equal(hex(sizeOf(16_382)), '7ffe');
  assert.equal(hex(sizeOf(16_383)), '203fff');
  assert.equal(hex(sizeOf(2 ** 32)), '0900000000');
});

test('Elements_look_like_the_file_they_make', () => {
  assert.equal(hex(encode([[0xae, [[0xd7, 1], [0x86, 'V_VP8']]]])), 'ae8ad781018685565f565038');
  assert.equal(hex(encode([[0xb5, new Float(48_000)]])), 'b58840e7700000000000');
  assert.equal(hex(encode([[0xe7, 0], [0xe7, 300]])), 'e78100e782012c');
  assert.equal(hex(openHead(0x1f43b675)), '1f43b67501ffffffffffffff');
});

test('Each_keyframe_begins_a_cluster_and_every_frame_is_written_at_once', () => {
  const writer = new WebMWriter([video, audio]);
  assert.equal(hex(writer.frame(picture(100, true))), '1f43b67501ffffffffffffff' + 'e78164' + 'a387' + '81000080010203');
  assert.equal(hex(writer.frame(picture(133))), 'a387' + '81002100010203');
  assert.equal(hex(writer.frame(picture(1100, true))).slice(0, 8), '1f43b675');
});

test('Sound_is_moved_by_what_its_decoder_takes_off_again', () => {
  const writer = new WebMWriter([video, audio]);
  writer.frame(picture(100, true));
  // 312 samples are 6.5 ms.
  assert.equal(hex(writer.frame(sound(100))), 'a385' + '8200078009');
});

test('Sound_a_little_older_than_its_cluster_keeps_its_time', () => {
  const writer = new WebMWriter([video, audio]);
  writer.frame(picture(1000, true));
  assert.equal(hex(writer.frame(sound(980))), 'a385' + '82fff38009');
});

test('Sound_alone_is_cut_into_clusters_too_and_a_cluster_never_outgrows_its_timestamps', () => {
  const alone = new WebMWriter([audio]);
  const isCluster = (bytes: Uint8Array) => hex(bytes).startsWith('1f43b675');
  assert.deepEqual([0, 500, 999, 1000, 1500].map((at) => isCluster(alone.frame(sound(at, 0)))), [true, false, false, true, false]);
  const still = new WebMWriter([video, audio]);
  assert.deepEqual([0, 15_000, 17_000].map((at) => isCluster(still.frame(sound(at)))), [true, false, true]);
});

test('The_whole_document_is_walked_through_at_every_split', () => {
  const writer = new WebMWriter([video, audio]);
  const frames = [picture(0, true), sound(0), picture(33), sound(20), picture(1000, true), sound(990)];
  const all = concat([writer.header(), ...frames.map((frame) => writer.frame(frame))]);
  for (let cut = 0; cut <= all.length; cut++) {
    const splitter = new EbmlSplitter();
    const pieces = [...splitter.push(all.subarray(0, cut)), ...splitter.push(all.subarray(cut))];
    assert.equal(splitter.fault, null);
    assert.equal(hex(concat(pieces.map((piece) => piece.bytes))), hex(all));
    assert.deepEqual(pieces.map((piece) => piece.startsDocument), pieces.map((_, i) => i === 0));
  }
});
