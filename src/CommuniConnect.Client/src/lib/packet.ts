/** One encoded frame of a live. */
export interface Packet {
  readonly track: number;
  /** Whether decoding may begin here. */
  readonly isKeyframe: boolean;
  /** On the live's timeline, in microseconds. */
  readonly timestampUs: number;
  readonly payload: Uint8Array;
}

/*
 *  0        1        2                 6                                  14
 * +--------+--------+-----------------+-----------------------------------+---------
 * | track  | flags  | payload bytes   | timestamp in µs of the live       | payload…
 * +--------+--------+-----------------+-----------------------------------+---------
 */
const HEAD_BYTES = 14;
const KEYFRAME = 1;

/** The packets of one message of the watch socket, without a copy; null when it is not made of whole packets. */
export function packetsOf(message: ArrayBuffer): Packet[] | null {
  const view = new DataView(message);
  const packets: Packet[] = [];
  let at = 0;
  while (at < message.byteLength) {
    if (message.byteLength - at < HEAD_BYTES) return null;
    const length = view.getUint32(at + 2);
    if (length > message.byteLength - at - HEAD_BYTES) return null;
    packets.push({
      track: view.getUint8(at),
      isKeyframe: (view.getUint8(at + 1) & KEYFRAME) !== 0,
      timestampUs: Number(view.getBigInt64(at + 6)),
      payload: new Uint8Array(message, at + HEAD_BYTES, length),
    });
    at += HEAD_BYTES + length;
  }
  return packets;
}

/** A packet as WebCodecs takes it. */
export function chunkOf(packet: Packet): EncodedVideoChunkInit & EncodedAudioChunkInit {
  return {
    type: packet.isKeyframe ? 'key' : 'delta',
    timestamp: packet.timestampUs,
    data: packet.payload as Uint8Array<ArrayBuffer>,
  };
}
