import { Scope } from './scope.js';

/** What the sound thread tells about itself. */
export interface SoundReport {
  /** The instant of the live given to the speaker at `at` of the AudioContext's clock; null during silence. */
  readonly time: number | null;
  readonly at: number;
  readonly level: number;
  readonly margin: number;
  readonly stalls: number;
}

export interface SpeakerHooks {
  /**
   * The browser plays no sound: before a gesture, or not again after it took the sound away.
   * @param wasHeard Whether there had been sound before.
   */
  onBlocked(wasHeard: boolean): void;
  /** The browser plays what it is given, from now on. */
  onRunning(): void;
  /** There is no way to play sound so. */
  onUnfit(): void;
}

/** Not in TypeScript's library yet. Spec: Web Audio API, AudioPlaybackStats. */
interface PlaybackStats {
  readonly underrunEvents: number;
}

const WORKLET = '/dist/sound-worklet.js';
const BLOCKED_MS = 500;
// A clock that has said nothing for this long is not one to show pictures by.
const REPORT_LASTS_SECONDS = 0.5;
// So many times in UNDERRUNS_MS, twice in a row, and the shortest buffer is too short for this device.
const MOST_UNDERRUNS = 3;
const UNDERRUNS_MS = 5000;

/**
 * The jitter buffer on the sound thread and the loudspeaker behind it, with the shortest buffer the device has: browsers keep 20 ms more by
 * themselves. Where that turns out to be too short, and where it could not be known, the browser's own choice.
 */
export class Speaker {
  readonly #scope = new Scope();
  #life: Scope | null = null;
  #context: AudioContext | null = null;
  #node: AudioWorkletNode | null = null;
  #gain: GainNode | null = null;
  #report: SoundReport | null = null;
  #reportedMs = 0;
  #wasHeard = false;
  #cancelLook: (() => void) | null = null;
  #volume = 1;
  #muted = false;

  constructor(private readonly hooks: SpeakerHooks) {}

  /** How often the sound stood still. */
  get stalls(): number {
    return this.#report?.stalls ?? 0;
  }

  /** Whether what it is given is heard, or would be. */
  get isOn(): boolean {
    return !this.#muted && this.#volume > 0 && (this.#context === null || this.#context.state === 'running');
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

  /** Makes it ready for sound of this rate; once is enough. */
  open(sampleRate: number): void {
    if (!this.#context) void this.#open(sampleRate, 'playbackStats' in AudioContext.prototype ? 0 : 'interactive');
  }

  /** Plays a piece behind those before. */
  play(data: AudioData): void {
    const node = this.#node;
    if (!node || this.#context?.state !== 'running') return;
    const channels: Float32Array<ArrayBuffer>[] = [];
    for (let c = 0; c < Math.min(2, data.numberOfChannels); c++) {
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex: c, format: 'f32-planar' });
      channels.push(samples);
    }
    node.port.postMessage({ time: data.timestamp / 1e6, channels }, channels.map((samples) => samples.buffer));
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
  }

  async #open(sampleRate: number, latencyHint: AudioContextLatencyCategory | number): Promise<void> {
    const life = this.#scope.child();
    const context = new AudioContext({ sampleRate, latencyHint });
    life.onDispose(() => void context.close().catch(() => {}));
    this.#life = life;
    this.#context = context;
    const gain = context.createGain();
    this.#gain = gain;
    this.#applyVolume();
    gain.connect(context.destination);
    try {
      await context.audioWorklet.addModule(WORKLET);
    } catch {
      if (!life.signal.aborted) this.hooks.onUnfit();
      return;
    }
    if (life.signal.aborted) return;
    const node = new AudioWorkletNode(context, 'live-sound', { numberOfInputs: 0, outputChannelCount: [2] });
    life.listen<MessageEvent<SoundReport>>(node.port, 'message', ({ data }) => {
      this.#report = data;
      this.#reportedMs = performance.now();
    });
    node.port.start();
    node.connect(gain);
    this.#node = node;
    life.listen(context, 'statechange', () => this.#turned(context));
    // Headphones that went away, a phone call that is over: the sound goes on where the live is.
    const resume = () => this.#resume();
    life.listen(document, 'visibilitychange', resume);
    if (navigator.mediaDevices) life.listen(navigator.mediaDevices, 'devicechange', resume);
    this.#turned(context);
    if (latencyHint !== 'interactive') this.#watchUnderruns(context, life);
  }

  #watchUnderruns(context: AudioContext, life: Scope): void {
    const { playbackStats } = context as unknown as { playbackStats: PlaybackStats };
    // Not from the start: a page that begins has more to do than ever after, and the longer buffer would stay.
    let before = Infinity;
    let ranDry = false;
    life.interval(() => {
      const now = playbackStats.underrunEvents;
      const ranDryBefore = ranDry;
      ranDry = now - before >= MOST_UNDERRUNS;
      // Once is a device that was busy with something else.
      if (ranDry && ranDryBefore) this.#reopen(context.sampleRate);
      before = now;
    }, UNDERRUNS_MS);
  }

  #reopen(sampleRate: number): void {
    this.#life?.dispose();
    this.#node = null;
    this.#report = null;
    void this.#open(sampleRate, 'interactive');
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

  #applyVolume(): void {
    if (this.#gain) this.#gain.gain.value = this.#muted ? 0 : this.#volume;
  }
}
