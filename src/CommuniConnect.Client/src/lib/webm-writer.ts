import { concat, encode, Float, openHead, sizeOf, type Element } from './ebml-writer.js';

export interface VideoTrackHeader {
  readonly kind: 'video';
  readonly codecId: 'V_VP8' | 'V_VP9';
  readonly width: number;
  readonly height: number;
}

export interface AudioTrackHeader {
  readonly kind: 'audio';
  readonly channels: number;
  /** The OpusHead of RFC 7845 §5.1. */
  readonly opusHead: Uint8Array;
}

export type TrackHeader = VideoTrackHeader | AudioTrackHeader;

export interface Frame {
  /** Index in the list of tracks. */
  readonly track: number;
  /** When it is to be shown or heard, in milliseconds of the take. */
  readonly timeMs: number;
  readonly isKeyframe: boolean;
  readonly bytes: Uint8Array;
}

// Signed 16 bits of milliseconds; half of it leaves room for a track that is a little behind.
const LONGEST_CLUSTER_MS = 16_000;
// A cluster without pictures is cut now and then, so that a reader that lost its way finds the next one.
const SOUND_CLUSTER_MS = 1_000;
const PRE_SKIP_HZ = 48_000;
// RFC 7845 §4.6: a decoder needs 80 ms before a seek point to converge.
const SEEK_PRE_ROLL_NS = 80_000_000;

/**
 * Writes one live WebM document: Segment and Clusters of unknown size, so that each frame leaves as soon as it exists.
 * mediabunny's append-only mode keeps a frame back until every other track has passed it, up to a frame of sound each
 * time and all of them while a track is silent, and would treble the size of the encoder's script: hence our own.
 * Spec: RFC 9559, RFC 8794.
 */
export class WebMWriter {
  readonly #hasVideo: boolean;
  #clusterMs: number | null = null;

  constructor(private readonly tracks: readonly TrackHeader[]) {
    this.#hasVideo = tracks.some((track) => track.kind === 'video');
  }

  /** The bytes that come before the first frame. */
  header(): Uint8Array<ArrayBuffer> {
    return concat([
      encode([[0x1a45dfa3, [ // EBML
        [0x4286, 1], // EBMLVersion
        [0x42f7, 1], // EBMLReadVersion
        [0x42f2, 4], // EBMLMaxIDLength
        [0x42f3, 8], // EBMLMaxSizeLength
        [0x4282, 'webm'], // DocType
        [0x4287, 4], // DocTypeVersion
        [0x4285, 2], // DocTypeReadVersion
      ]]]),
      openHead(0x18538067), // Segment
      encode([
        [0x1549a966, [ // Info
          [0x2ad7b1, 1_000_000], // TimestampScale: milliseconds
          [0x4d80, 'CommuniConnect'], // MuxingApp
          [0x5741, 'CommuniConnect'], // WritingApp
        ]],
        [0x1654ae6b, this.tracks.map(trackEntry)], // Tracks
      ]),
    ]);
  }

  /** The bytes of the next frame; those of one track come in order. */
  frame(frame: Frame): Uint8Array<ArrayBuffer> {
    const timeMs = Math.round(frame.timeMs + this.#delayMs(frame.track));
    const parts: Uint8Array[] = [];
    if (this.#clusterMs === null || this.#beginsCluster(frame, timeMs - this.#clusterMs)) {
      this.#clusterMs = timeMs;
      parts.push(openHead(0x1f43b675), encode([[0xe7, timeMs]])); // Cluster, Timestamp
    }
    const offset = timeMs - this.#clusterMs;
    const head = [0x80 | (frame.track + 1), (offset >> 8) & 0xff, offset & 0xff, frame.isKeyframe ? 0x80 : 0];
    parts.push(Uint8Array.of(0xa3), sizeOf(head.length + frame.bytes.length), Uint8Array.from(head), frame.bytes); // SimpleBlock
    return concat(parts);
  }

  #beginsCluster({ track, isKeyframe }: Frame, sinceMs: number): boolean {
    if (Math.abs(sinceMs) >= LONGEST_CLUSTER_MS) return true;
    if (!this.#hasVideo) return sinceMs >= SOUND_CLUSTER_MS;
    return isKeyframe && this.tracks[track]!.kind === 'video';
  }

  /** RFC 9559 §5.1.4.1.25: CodecDelay is to be subtracted from each timestamp, so it is added here. */
  #delayMs(index: number): number {
    const track = this.tracks[index]!;
    return track.kind === 'audio' ? codecDelayNs(track) / 1_000_000 : 0;
  }
}

function trackEntry(track: TrackHeader, index: number): Element {
  const common: Element[] = [
    [0xd7, index + 1], // TrackNumber
    [0x73c5, index + 1], // TrackUID
    [0x83, track.kind === 'video' ? 1 : 2], // TrackType
    [0x9c, 0], // FlagLacing
  ];
  if (track.kind === 'video') {
    return [0xae, [
      ...common,
      [0x86, track.codecId], // CodecID
      [0xe0, [[0xb0, track.width], [0xba, track.height]]], // Video: PixelWidth, PixelHeight
    ]];
  }
  return [0xae, [
    ...common,
    [0x86, 'A_OPUS'],
    [0x63a2, track.opusHead], // CodecPrivate
    [0x56aa, codecDelayNs(track)], // CodecDelay
    [0x56bb, SEEK_PRE_ROLL_NS], // SeekPreRoll
    [0xe1, [[0xb5, new Float(48_000)], [0x9f, track.channels]]], // Audio: SamplingFrequency, Channels
  ]];
}

/** Pre-skip of the OpusHead, in nanoseconds. */
function codecDelayNs({ opusHead }: AudioTrackHeader): number {
  const preSkip = opusHead[10]! + opusHead[11]! * 256;
  return Math.round((preSkip * 1_000_000_000) / PRE_SKIP_HZ);
}
