import type { Packet } from './packet.js';
import { Scope } from './scope.js';
import type { WatchTrack } from './watch-socket.js';

/** What the sound thread tells about itself. */
export interface SoundReport {
  /** The instant of the live given to the speaker at `at` of the AudioContext's clock; null during silence. */
  readonly time: number | null;
  readonly at: number;
  readonly level: number;
  readonly margin: number;
  readonly stalls: number;
}

export interface SoundHooks {
  /**
   * The browser plays no sound: before a gesture, or not again after it took the sound away.
   * @param wasHeard Whether there had been sound before.
   */
  onBlocked(wasHeard: boolean): void;
  /** The browser plays what it is given, from now on. */
  onRunning(): void;
  /** The decoder broke; another goes on. */
  onFault(): void;
  /** There is no way to play sound so. */
  onUnfit(): void;
}

const WORKLET = '/dist/sound-worklet.js';
const BLOCKED_MS = 500;
// A decoder that breaks with every packet is not made anew for each.
const AFTER_FAULT_MS = 200;
// A clock that has said nothing for this long is not one to show pictures by.
const REPORT_LASTS_SECONDS = 0.5;

/** The sound of a live: decoder, jitter buffer on the sound thread, speaker. Its time is what the picture goes by. */
export class SoundTrack {
  readonly #scope = new Scope();
  #track: WatchTrack | null = null;
  #decoder: AudioDecoder | null = null;
  #context: AudioContext | null = null;
  #node: AudioWorkletNode | null = null;
  #gain: GainNode | null = null;
  #report: SoundReport | null = null;
  #reportedMs = 0;
  #wasHeard = false;
  #cancelLook: (() => void) | null = null;
  #volume = 1;
  #muted = false;
  #newestUs = -1;
  #failedMs = -Infinity;

  constructor(private readonly hooks: SoundHooks) {}

  /** How often the sound stood still. */
  get stalls(): number {
    return this.#report?.stalls ?? 0;
  }

  /** The instant being heard, in seconds of the live; null when nothing is. */
  get time(): number | null {
    const context = this.#context;
    const report = this.#report;
    if (!context || !report || report.time === null || this.#muted || context.state !== 'running') return null;
    const since = context.currentTime - report.at;
    // By the page's clock as well: that of a speaker which went away may stand still.
    if (Math.max(since, (performance.now() - this.#reportedMs) / 1000) > REPORT_LASTS_SECONDS) return null;
    return report.time + since - (context.outputLatency || context.baseLatency || 0);
  }

  set volume(volume: number) {
    this.#volume = volume;
    this.#applyVolume();
  }

  get muted(): boolean {
    return this.#muted;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    this.#applyVolume();
    this.#resume();
  }

  /** Decodes this track from now on, or nothing. */
  configure(track: WatchTrack | null): void {
    this.#closeDecoder();
    this.#track = track;
    if (!track) return;
    this.#openDecoder(track);
    if (!this.#context) void this.#open(track.sample_rate ?? 48_000);
  }

  decode(packet: Packet): void {
    // After a new beginning the group comes once more: what was heard is not heard again.
    if (!this.#track || packet.timestampUs <= this.#newestUs) return;
    this.#newestUs = packet.timestampUs;
    try {
      // One that has failed is closed: what comes a little later begins with another.
      if (!this.#decoder && performance.now() - this.#failedMs > AFTER_FAULT_MS) this.#openDecoder(this.#track);
      this.#decoder?.decode(
        new EncodedAudioChunk({
          type: packet.isKeyframe ? 'key' : 'delta',
          timestamp: packet.timestampUs,
          data: packet.payload as Uint8Array<ArrayBuffer>,
        }),
      );
    } catch {
      this.#fail();
    }
  }

  /** What follows belongs to another time. */
  clear(): void {
    this.#node?.port.postMessage('clear');
    this.#report = null;
  }

  /** What follows comes in another rhythm: how much has to wait is learnt anew. */
  renew(): void {
    this.#node?.port.postMessage('renew');
    this.#report = null;
  }

  close(): void {
    this.#scope.dispose();
    this.#closeDecoder();
    void this.#context?.close();
    this.#context = null;
  }

  async #open(sampleRate: number): Promise<void> {
    const context = new AudioContext({ sampleRate, latencyHint: 'interactive' });
    this.#context = context;
    const gain = context.createGain();
    this.#gain = gain;
    this.#applyVolume();
    gain.connect(context.destination);
    try {
      await context.audioWorklet.addModule(WORKLET);
    } catch {
      if (!this.#scope.signal.aborted) this.hooks.onUnfit();
      return;
    }
    if (this.#scope.signal.aborted) return;
    const node = new AudioWorkletNode(context, 'live-sound', { numberOfInputs: 0, outputChannelCount: [2] });
    this.#scope.listen<MessageEvent<SoundReport>>(node.port, 'message', ({ data }) => {
      this.#report = data;
      this.#reportedMs = performance.now();
    });
    node.port.start();
    node.connect(gain);
    this.#node = node;
    this.#scope.listen(context, 'statechange', () => this.#turned(context));
    // Headphones that went away, a phone call that is over: the sound goes on where the live is.
    const resume = () => this.#resume();
    this.#scope.listen(document, 'visibilitychange', resume);
    if (navigator.mediaDevices) this.#scope.listen(navigator.mediaDevices, 'devicechange', resume);
    this.#turned(context);
  }

  #turned(context: AudioContext): void {
    if (context.state !== 'running') {
      this.#resume();
      return;
    }
    // What waited while there was no sound is late by as long.
    if (this.#wasHeard) this.clear();
    this.#wasHeard = true;
    this.hooks.onRunning();
  }

  /** Has the browser play, and tells when it does not. */
  #resume(): void {
    const context = this.#context;
    if (!context || this.#muted || context.state === 'running' || context.state === 'closed') return;
    // Refusal is a rejection in one browser and silence in another: what it has come to shows.
    context.resume().catch(() => {});
    this.#cancelLook?.();
    this.#cancelLook = this.#scope.timeout(() => {
      if (context.state === 'suspended' && !this.#muted) this.hooks.onBlocked(this.#wasHeard);
    }, BLOCKED_MS);
  }

  #play(data: AudioData): void {
    const node = this.#node;
    if (node && this.#context?.state === 'running') {
      const channels: Float32Array<ArrayBuffer>[] = [];
      for (let c = 0; c < Math.min(2, data.numberOfChannels); c++) {
        const samples = new Float32Array(data.numberOfFrames);
        data.copyTo(samples, { planeIndex: c, format: 'f32-planar' });
        channels.push(samples);
      }
      node.port.postMessage({ time: data.timestamp / 1e6, channels }, channels.map((samples) => samples.buffer));
    }
    data.close();
  }

  #applyVolume(): void {
    if (this.#gain) this.#gain.gain.value = this.#muted ? 0 : this.#volume;
  }

  #openDecoder(track: WatchTrack): void {
    this.#decoder = new AudioDecoder({
      output: (data) => this.#play(data),
      error: () => this.#fail(),
    });
    this.#decoder.configure({
      codec: track.codec,
      sampleRate: track.sample_rate ?? 48_000,
      numberOfChannels: track.channels ?? 2,
      ...(track.description && { description: bytesOf(track.description) }),
    });
  }

  #fail(): void {
    if (this.#scope.signal.aborted) return;
    this.#closeDecoder();
    this.#failedMs = performance.now();
    this.hooks.onFault();
  }

  #closeDecoder(): void {
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = null;
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
