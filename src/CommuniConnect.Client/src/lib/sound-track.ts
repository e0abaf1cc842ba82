import { DecoderAnswers } from './decoder-answers.js';
import { chunkOf, type Packet } from './packet.js';
import { Speaker, type SpeakerHooks } from './speaker.js';
import type { WatchTrack } from './watch-socket.js';

export interface SoundHooks extends SpeakerHooks {
  /** The decoder broke; another goes on. */
  onFault(): void;
}

const DEFAULT_RATE = 48_000;
// A decoder that breaks with every packet is not made anew for each.
const AFTER_FAULT_MS = 200;

/** The sound of a live: decoder and speaker. Its time is what the picture goes by. */
export class SoundTrack {
  readonly speaker: Speaker;
  #track: WatchTrack | null = null;
  #decoder: AudioDecoder | null = null;
  readonly #answers = new DecoderAnswers();
  #newestUs = -1;
  #failedMs = -Infinity;
  #closed = false;

  constructor(private readonly hooks: SoundHooks) {
    this.speaker = new Speaker(hooks);
  }

  /** Decodes this track from now on, or nothing. */
  configure(track: WatchTrack | null): void {
    this.#closeDecoder();
    this.#track = track;
    if (!track) return;
    this.#openDecoder(track);
  }

  decode(packet: Packet): void {
    // After a new beginning the group comes once more: what was heard is not heard again.
    if (!this.#track || packet.timestampUs <= this.#newestUs) return;
    this.#newestUs = packet.timestampUs;
    const nowMs = performance.now();
    if (this.#answers.areMissing(nowMs)) {
      this.#fail();
      return;
    }
    try {
      // One that has failed is closed: what comes a little later begins with another.
      if (!this.#decoder && nowMs - this.#failedMs > AFTER_FAULT_MS) this.#openDecoder(this.#track);
      if (!this.#decoder) return;
      this.#answers.ask(nowMs);
      this.#decoder.decode(new EncodedAudioChunk(chunkOf(packet)));
    } catch {
      this.#fail();
    }
  }

  close(): void {
    this.#closed = true;
    this.speaker.close();
    this.#closeDecoder();
  }

  #openDecoder(track: WatchTrack): void {
    const sampleRate = track.sample_rate ?? DEFAULT_RATE;
    this.#decoder = new AudioDecoder({
      output: (data) => {
        this.#answers.settle();
        // Not before: to make a loudspeaker takes as long as to show the first picture, which is behind it then.
        this.speaker.open(sampleRate);
        this.speaker.play(data);
        data.close();
      },
      error: () => this.#fail(),
    });
    this.#decoder.configure({
      codec: track.codec,
      sampleRate,
      numberOfChannels: track.channels ?? 2,
      ...(track.description && { description: bytesOf(track.description) }),
    });
  }

  #fail(): void {
    if (this.#closed) return;
    this.#closeDecoder();
    this.#failedMs = performance.now();
    this.hooks.onFault();
  }

  #closeDecoder(): void {
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = null;
    this.#answers.settle();
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
