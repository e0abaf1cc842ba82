import { CanvasPip } from './canvas-pip.js';
import { DelayMeter } from './delay-meter.js';
import { h } from './dom.js';
import { LiveArrivals } from './live-arrivals.js';
import type { Packet } from './packet.js';
import { PageAttention, type Attention } from './page-attention.js';
import { PictureRenditions } from './picture-renditions.js';
import { PictureTrack } from './picture-track.js';
import type { LiveSource, Playback, PlayerState, PlayerStats } from './playback.js';
import { Scope } from './scope.js';
import type { ServerClock } from './server-clock.js';
import { SoundTrack } from './sound-track.js';
import { StallCount } from './stall-count.js';
import { Standstill } from './standstill.js';
import { WatchLink } from './watch-link.js';
import { WatchSocket, type Rendition, type WatchTrack } from './watch-socket.js';

const LOOK_MS = 100;
// No packets for this long is an interruption at the source, not a hiccup of this link.
const SILENCE_MS = 2500;
const HICCUP_MS = 500;
/** A connection that is silent for this long although the live goes on is dead: mobile links die without a word. */
const DEAD_MS = 6000;
// A connection that takes no longer than this is not worth a word.
const QUIET_MS = 700;
// More often than the server would ask whether anybody is there: this answers that as well. The owner need not wait so long for the first.
const TELL_DELAY_MS = 8000;
const FIRST_DELAY_MS = 1500;
/** Faults of the decoders within FAULTS_MS that make this no way to play this live. */
const MOST_FAULTS = 3;
const FAULTS_MS = 20_000;
/** A jump so soon after it was asked for says nothing about the network. */
const ASKED_JUMP_MS = 2000;

function soundOf(tracks: readonly WatchTrack[]): WatchTrack | null {
  return tracks.find((track) => track.kind === 'audio') ?? null;
}

/**
 * Direct: packets over a WebSocket, decoded here, the picture on a canvas at the moment its sound is heard. Events besides
 * those of a {@link Playback}: `stall` (the picture, the sound or both stood still), `jump` (the server moved the viewer on, who was too far
 * behind) and `unfit` (this live cannot be played so).
 */
export class DirectPlayback extends EventTarget implements Playback {
  readonly #picture = new PictureTrack({
    soundTime: () => this.#speaker.time,
    onPainted: (seconds) => this.#painted(seconds),
    onFault: () => this.#faulted(() => this.#ask((socket) => socket.rejoin())),
  });
  readonly #renditions = new PictureRenditions(this.#picture);
  readonly #sound = new SoundTrack({
    onBlocked: (wasHeard) => this.#soundBlocked(wasHeard),
    onRunning: () => this.#tell('volumechange'),
    onFault: () => this.#faulted(),
    onUnfit: () => this.#tell('unfit'),
  });
  readonly #speaker = this.#sound.speaker;
  readonly element = h('div', { class: 'player-picture' }, this.#picture.canvas);
  readonly #scope = new Scope();
  readonly #pip = new CanvasPip(this.#picture.canvas, this.#scope);
  readonly #attention = new PageAttention(this.#scope, {
    isSeenElsewhere: () => this.#pip.isOpen,
    isHeard: () => this.#speaker.isOn && this.#mayHave('audio'),
    onReturn: (slept) => this.#returned(slept),
    onChange: (attention) => this.#attend(attention),
  });
  readonly #delay: DelayMeter;
  readonly #link: WatchLink;
  #tracks: readonly WatchTrack[] = [];
  #state: PlayerState = 'connecting';
  #volume = 1;
  #paused = false;
  #begunMs = 0;
  #joinMs: number | null = null;
  readonly #standstill = new Standstill();
  #seconds: number | null = null;
  readonly #arrivals = new LiveArrivals();
  readonly #stalls = new StallCount();
  #soundStalls = 0;
  #faults: number[] = [];
  #rendition: Rendition = 'main';
  #askedMs = -Infinity;
  /** The sound comes in larger pieces until the picture does again. */
  #soundIsSparse = false;

  /**
   * @param withPicture Without, only the sound is asked for and played.
   * @param everySeconds The least time from one picture to the next; null for all of them.
   */
  constructor(
    private readonly source: LiveSource,
    serverClock: ServerClock,
    private readonly withPicture: boolean,
    private readonly everySeconds: number | null = null,
  ) {
    super();
    this.#delay = new DelayMeter(serverClock);
    this.#link = new WatchLink(source, this.#scope, {
      connect: (life) => this.#connect(life),
      isWanted: () => !this.#paused && !this.#isIdle,
      onEnded: () => this.#setState('ended'),
      onUnanswered: () => this.#tell('unfit'),
    });
  }

  get state(): PlayerState {
    return this.#state;
  }

  get stats(): PlayerStats {
    return {
      joinMs: this.#joinMs,
      behindMs: this.behindSeconds === null ? null : Math.round(this.behindSeconds * 1000),
      stalls: this.#stalls.total,
      framesDecoded: this.#picture.painted,
    };
  }

  get currentTime(): number | null {
    // Without a picture that moves the live is where it is heard; unheard, where it is.
    if (!this.#moves) return this.#speaker.time ?? (this.#arrivals.newestSeconds || null);
    return this.#seconds;
  }

  get soundTime(): number | null {
    return this.#speaker.time;
  }

  get behindSeconds(): number | null {
    const now = this.currentTime;
    return now === null ? null : Math.max(0, this.#arrivals.newestSeconds - now);
  }

  /** From the camera to this screen, in milliseconds; null while it is not known. */
  get delayMs(): number | null {
    return this.#delay.ms === null ? null : Math.round(this.#delay.ms);
  }

  /** Whether the broadcaster sends a small picture too. */
  get hasSmall(): boolean {
    return this.#renditions.hasSmall;
  }

  /** The picture that is shown. */
  get shownRendition(): Rendition {
    return this.#renditions.shown;
  }

  /** The picture that is wanted; shown from its next keyframe on, when there is one. */
  set rendition(rendition: Rendition) {
    if (this.#rendition === rendition) return;
    this.#rendition = rendition;
    if (this.#moves && this.#attention.now === 'full') this.#ask((socket) => socket.show(rendition));
  }

  /** How much later than usual packets come, in milliseconds. */
  get lateMs(): number {
    return this.#arrivals.lateMs;
  }

  /** What was received until now. */
  get receivedBytes(): number {
    return this.#link.receivedBytes;
  }

  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = volume;
    this.#speaker.volume = volume;
    this.#tell('volumechange');
  }

  get muted(): boolean {
    return this.#speaker.muted;
  }

  set muted(muted: boolean) {
    this.#speaker.muted = muted;
    this.#tell('volumechange');
  }

  get paused(): boolean {
    return this.#paused;
  }

  start(): void {
    const scope = this.#scope;
    scope.interval(() => this.#look(), LOOK_MS);
    scope.interval(() => this.#tellDelay(), TELL_DELAY_MS);
    scope.onDispose(() => {
      this.#picture.close();
      this.#sound.close();
    });
    this.#tell('play');
    void this.#link.run();
  }

  stop(): void {
    this.#scope.dispose();
  }

  play(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#setState('connecting');
    this.#tell('play');
    this.#link.resume();
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#setState('paused');
    this.#tell('pause');
    this.#link.drop();
  }

  async requestPictureInPicture(): Promise<void> {
    await this.#pip.open();
  }

  #connect(life: Scope): WatchSocket {
    this.#begunMs = performance.now();
    life.timeout(() => {
      if (this.#state === 'connecting') this.#setState('waiting');
    }, QUIET_MS);
    this.#renditions.reset();
    this.#tracks = [];
    this.#arrivals.reconnect();
    this.#delay.forget(); // it may be another camera by now
    this.#standstill.forget();
    this.#picture.clear();
    this.#speaker.clear();
    return new WatchSocket(this.source.watchUrl, life, {
      onTracks: (tracks) => this.#configure(tracks),
      onPackets: (packets) => this.#decode(packets),
      onJump: () => this.#jumped(),
      onClock: (media, captured) => this.#delay.captured(media, captured),
      onNoClock: () => this.#delay.forget(),
    }, this.#rendition);
  }

  #configure(tracks: readonly WatchTrack[]): void {
    const before = soundOf(this.#tracks);
    const sound = soundOf(tracks);
    this.#tracks = tracks;
    try {
      this.#renditions.configure(tracks);
      if (JSON.stringify(sound) !== JSON.stringify(before)) this.#sound.configure(sound);
    } catch {
      // The browser does not know this codec.
      this.#tell('unfit');
    }
    if (this.#attention.now !== 'full') this.#link.socket?.select(false);
    else if (!this.#wantsAll) this.#link.socket?.select(this.withPicture, this.everySeconds);
  }

  #decode(packets: readonly Packet[]): void {
    for (const packet of packets) {
      const kind = this.#tracks.find((track) => track.number === packet.track)?.kind;
      this.#arrivals.add(packet.timestampUs / 1e6, performance.now());
      if (kind === 'video') this.#decodePicture(packet);
      else if (kind === 'audio') this.#sound.decode(packet);
    }
    if (this.#joinMs === null && !this.#moves) this.#joined();
  }

  #decodePicture(packet: Packet): void {
    // Without its picture a live still has one to stand for it: the first that comes.
    if (!this.withPicture && (this.#picture.painted > 0 || !packet.isKeyframe)) return;
    if (this.#soundIsSparse && this.#moves && this.#attention.now === 'full') {
      this.#soundIsSparse = false;
      this.#speaker.renew();
    }
    this.#renditions.decode(packet);
  }

  #jumped(): void {
    this.#picture.clear();
    this.#standstill.skip();
    if (performance.now() - this.#askedMs > ASKED_JUMP_MS) this.#tell('jump');
  }

  /** Asks the server for something after which its packets may not go on from those before. */
  #ask(how: (socket: WatchSocket) => void): void {
    this.#askedMs = performance.now();
    if (this.#link.socket) how(this.#link.socket);
  }

  get #isIdle(): boolean {
    return this.#attention.now === 'none';
  }

  /** Whether all pictures are asked for. */
  get #wantsAll(): boolean {
    return this.withPicture && this.everySeconds === null;
  }

  /** Whether they are all to be seen: a live may be of sound only. */
  get #moves(): boolean {
    return this.#wantsAll && this.#mayHave('video');
  }

  /** Whether the live has such a track, as far as its tracks are known. */
  #mayHave(kind: WatchTrack['kind']): boolean {
    return this.#tracks.length === 0 || this.#tracks.some((track) => track.kind === kind);
  }

  #painted(seconds: number): void {
    const nowMs = performance.now();
    const stoodStill = this.#standstill.show(seconds, nowMs) && this.#moves;
    if (stoodStill && this.#state === 'playing' && !document.hidden) this.#stalled();
    this.#seconds = seconds;
    if (this.withPicture) this.#delay.painted(seconds, nowMs);
    if (this.#joinMs === null) this.#joined();
  }

  #joined(): void {
    this.#joinMs = Math.round(performance.now() - this.#begunMs);
    this.#setState('playing');
    this.#tell('joined');
    this.#scope.timeout(() => this.#tellDelay(), FIRST_DELAY_MS);
  }

  #tellDelay(): void {
    const delay = this.delayMs;
    if (this.#state === 'playing' && delay !== null && delay >= 0) this.#link.socket?.tellDelay(delay);
  }

  #returned(slept: boolean): void {
    this.#standstill.forget(); // that the picture stood meanwhile was no stall
    if (slept) this.#link.drop(); // what waits on it is old
  }

  #look(): void {
    if (this.#state === 'ended') return;
    this.#attention.look();
    if (this.#paused || this.#isIdle) return;
    const socket = this.#link.socket;
    if (this.#joinMs === null || !socket) {
      if (this.#joinMs !== null && this.#state === 'playing') this.#setState('interrupted');
      return;
    }
    if (this.#speaker.stalls > this.#soundStalls) this.#stalled();
    this.#soundStalls = this.#speaker.stalls;
    const silentMs = performance.now() - socket.lastMessageMs;
    if (silentMs > DEAD_MS && !this.source.interrupted) {
      this.#stalled();
      this.#link.drop();
    }
    // The server knows of a cut sooner; packets that still arrive know better.
    const patienceMs = this.source.interrupted ? HICCUP_MS : SILENCE_MS;
    this.#setState(silentMs > patienceMs ? 'interrupted' : 'playing');
  }

  /** What nobody sees is given up, and what nobody hears either. */
  #attend(attention: Attention): void {
    if (attention === 'sound') this.#soundIsSparse = true;
    if (attention === 'none') {
      this.#link.drop();
    } else if (this.#link.isWaiting) {
      this.#link.resume();
    } else if (attention === 'sound') {
      this.#link.socket?.select(false);
    } else if (this.withPicture) {
      this.#picture.clear();
      this.#ask((socket) => (this.#wantsAll ? socket.show(this.#rendition) : socket.select(true, this.everySeconds)));
    }
  }

  #soundBlocked(wasHeard: boolean): void {
    // What was heard comes back by itself when the system gives the speaker back.
    if (!wasHeard) this.muted = true;
    this.#tell('soundblocked');
  }

  #stalled(): void {
    // Nothing comes from the broadcaster: no other way to play would help.
    if (this.source.interrupted) return;
    if (this.#stalls.add(performance.now())) this.#tell('stall');
  }

  /** @param goOn What it takes to go on after one fault. */
  #faulted(goOn?: () => void): void {
    const nowMs = performance.now();
    this.#faults = [...this.#faults.filter((atMs) => nowMs - atMs < FAULTS_MS), nowMs];
    if (this.#faults.length >= MOST_FAULTS) this.#tell('unfit');
    else goOn?.();
  }

  #setState(state: PlayerState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#tell('statechange');
  }

  #tell(type: string): void {
    this.dispatchEvent(new Event(type));
  }
}
