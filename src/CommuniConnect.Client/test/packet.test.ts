import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetsOf } from '../src/lib/packet.js';

function packet(track: number, flags: number, timestampUs: bigint, payload: number[]): number[] {
  const head = new DataView(new ArrayBuffer(14));
  head.setUint8(0, track);
  head.setUint8(1, flags);
  head.setUint32(2, payload.length);
  head.setBigInt64(6, timestampUs);
  return [...new Uint8Array(head.buffer), ...payload];
}

const first = packet(1, 1, 7_200_000_000_123n, [1, 2, 3]);
const second = packet(2, 0, 40_000n, []);
const message = [...first, ...second];

test('Packets_come_out_as_they_were_put_in', () => {
  const [a, b, ...more] = packetsOf(Uint8Array.from(message).buffer)!;
  assert.deepEqual({ ...a, payload: [...a!.payload] }, { track: 1, isKeyframe: true, timestampUs: 7_200_000_000_123, payload: [1, 2, 3] });
  assert.deepEqual({ ...b, payload: [...b!.payload] }, { track: 2, isKeyframe: false, timestampUs: 40_000, payload: [] });
  assert.deepEqual(more, []);
});

test('A_message_cut_anywhere_but_between_packets_is_refused', () => {
  for (let length = 1; length < message.length; length++) {
    const packets = packetsOf(Uint8Array.from(message.slice(0, length)).buffer);
    if (length === first.length) assert.equal(packets?.length, 1);
    else assert.equal(packets, null, `cut at ${length}`);
  }
});

test('A_length_beyond_the_message_is_refused_before_anything_is_read', () => {
  const bytes = Uint8Array.from(first);
  bytes.fill(0xff, 2, 6);
  assert.equal(packetsOf(bytes.buffer), null);
});
