import { SoundLine } from './sound-line.js';
import type { AudioTrackHeader } from './webm-writer.js';

export interface SoundHooks {
  onTrack(track: AudioTrackHeader): void;
  onFrame(timeMs: number, bytes: Uint8Array): void;
  onFault(reason: string): void;
}

const FRAME_US = 20_000;
// A microphone that has not said a word for so long is taken for a silent one.
const PATIENCE_MS = 500;
const DEFAULT_RATE = 48_000;
const MOST_CHANNELS = 2;
/** With less than this a second channel would cost more of the first than it adds. */
const STEREO_BITS_PER_SECOND = 48_000;
// What Chromium's encoder needs to look ahead; used when it does not say.
const PRE_SKIP = 312;

/** Encodes one sound as Opus, unbroken from where it begins to its end, whatever the microphone does. */
export class SoundEncoder {
  readonly #encoder: AudioEncoder;
  #format: { rate: number; channels: number; line: SoundLine } | null = null;
  #beginMs: number | null = null;
  #samplesIn = 0;
  #framesOut = 0;
  #announced = false;

  constructor(
    private readonly bitsPerSecond: number,
    private readonly hooks: SoundHooks,
  ) {
    this.#encoder = new AudioEncoder({
      output: (chunk, metadata) => this.#output(chunk, metadata),
      error: (error) => hooks.onFault(error.message),
    });
  }

  /** The sound of the take begins here: with its picture. */
  begin(atMs: number): void {
    if (this.#beginMs !== null) return;
    this.#beginMs = atMs;
    this.#format?.line.begin(atMs);
  }

  /** Takes a piece that arrived now, and closes it. */
  add(data: AudioData, nowMs: number): void {
    try {
      const { rate, channels, line } = (this.#format ??= this.#use(data.sampleRate, Math.min(data.numberOfChannels, this.#mostChannels)));
      if (rate !== data.sampleRate) return this.hooks.onFault('The sample rate has changed.');
      const splice = line.accept(data.numberOfFrames, nowMs);
      this.#silence(splice.silence);
      if (splice.skip < data.numberOfFrames) this.#encode(stretched(planes(data, channels, splice.skip), channels, splice.stretch));
    } finally {
      data.close();
    }
  }

  /** Fills what is missing now with silence; to be called a few times a second. */
  fill(nowMs: number): void {
    if (this.#beginMs === null) return;
    if (!this.#format && nowMs - this.#beginMs < PATIENCE_MS) return;
    this.#format ??= this.#use(DEFAULT_RATE, 1);
    this.#silence(this.#format.line.missing(nowMs));
  }

  get #mostChannels(): number {
    return this.bitsPerSecond < STEREO_BITS_PER_SECOND ? 1 : MOST_CHANNELS;
  }

  async finish(): Promise<void> {
    if (this.#encoder.state === 'configured') await this.#encoder.flush();
    if (this.#encoder.state !== 'closed') this.#encoder.close();
  }

  #use(rate: number, channels: number) {
    const line = new SoundLine(rate);
    if (this.#beginMs !== null) line.begin(this.#beginMs);
    this.#encoder.configure({
      codec: 'opus',
      sampleRate: rate,
      numberOfChannels: channels,
      bitrate: this.bitsPerSecond,
      opus: { frameDuration: FRAME_US },
    });
    return { rate, channels, line };
  }

  #silence(samples: number): void {
    if (samples > 0) this.#encode(new Float32Array(samples * this.#format!.channels));
  }

  #encode(planar: Float32Array<ArrayBuffer>): void {
    const { rate, channels } = this.#format!;
    const numberOfFrames = planar.length / channels;
    const data = new AudioData({
      format: 'f32-planar',
      sampleRate: rate,
      numberOfChannels: channels,
      numberOfFrames,
      timestamp: Math.round((this.#samplesIn * 1_000_000) / rate),
      data: planar,
    });
    this.#samplesIn += numberOfFrames;
    this.#encoder.encode(data);
    data.close();
  }

  #output(chunk: EncodedAudioChunk, metadata?: EncodedAudioChunkMetadata): void {
    if (!this.#announced) {
      this.#announced = true;
      const { rate, channels } = this.#format!;
      const description = metadata?.decoderConfig?.description;
      this.hooks.onTrack({ kind: 'audio', channels, opusHead: description ? toBytes(description) : opusHead(channels, rate) });
    }
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    // Counted, not read from the chunk: the line has no holes, and each packet holds the same length.
    this.hooks.onFrame(this.#format!.line.begunMs! + (this.#framesOut++ * FRAME_US) / 1000, bytes);
  }
}

/** The samples from `skip` on as planes one after the other; missing channels are repeated, and one alone is the middle of two. */
function planes(data: AudioData, channels: number, skip: number): Float32Array<ArrayBuffer> {
  const length = data.numberOfFrames - skip;
  const out = new Float32Array(length * channels);
  for (let channel = 0; channel < channels; channel++) {
    const planeIndex = Math.min(channel, data.numberOfChannels - 1);
    data.copyTo(out.subarray(channel * length, (channel + 1) * length), { format: 'f32-planar', planeIndex, frameOffset: skip });
  }
  if (channels === 1 && data.numberOfChannels === 2) {
    const right = new Float32Array(length);
    data.copyTo(right, { format: 'f32-planar', planeIndex: 1, frameOffset: skip });
    for (let i = 0; i < length; i++) out[i] = (out[i]! + right[i]!) / 2;
  }
  return out;
}

/** The same planes, each made longer by so many samples: between two samples lies the line from one to the other. */
function stretched(planar: Float32Array<ArrayBuffer>, channels: number, by: number): Float32Array<ArrayBuffer> {
  if (by === 0) return planar;
  const length = planar.length / channels;
  const wanted = length + by;
  const out = new Float32Array(wanted * channels);
  for (let i = 0; i < wanted; i++) {
    const at = (i * length) / wanted;
    const before = Math.floor(at);
    const after = Math.min(before + 1, length - 1);
    for (let plane = 0; plane < channels; plane++) {
      const from = plane * length;
      const here = planar[from + before]!;
      out[plane * wanted + i] = here + (planar[from + after]! - here) * (at - before);
    }
  }
  return out;
}

function toBytes(source: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
    : new Uint8Array(source).slice();
}

/** The identification header of RFC 7845 §5.1, mapping family 0. */
function opusHead(channels: number, rate: number): Uint8Array {
  const head = new Uint8Array(19);
  head.set(new TextEncoder().encode('OpusHead'));
  const view = new DataView(head.buffer);
  view.setUint8(8, 1); // version
  view.setUint8(9, channels);
  view.setUint16(10, PRE_SKIP, true);
  view.setUint32(12, rate, true);
  return head;
}
