import { BackFill, type BackFillProgress } from './back-fill.js';
import type { Encoder, EncoderSettings } from './encoder.js';
import type { EncoderFactory } from './encoder-choice.js';
import { IngestConnection, type TakeEnd } from './ingest-connection.js';
import type { ServerClock } from './server-clock.js';
import { smallAddress, SmallUplink } from './small-uplink.js';
import type { TakeBytes } from './take-bytes.js';
import { BEGINNING } from './take-store.js';
import { UploadMeter, type UploadLevel } from './upload-meter.js';

export interface UploadHealth {
  readonly level: UploadLevel;
  /** Bytes that are not durable on the server, of all takes. */
  readonly waitingBytes: number;
  /** How much recording waits. */
  readonly waitingSeconds: number;
  /** What became durable lately, in bits per second. */
  readonly bitsPerSecond: number;
  /** Since when, on performance.now()'s clock, there is no connection; null while there is one. */
  readonly cutSinceMs: number | null;
  /** What is added behind the live; null when there is nothing to add. */
  readonly backFill: BackFillProgress | null;
  /** The picture is lighter than was asked for, so that it gets through. */
  readonly lightened: boolean;
  /** A second, small picture is sent beside it. */
  readonly hasSmall: boolean;
}

export interface BroadcastHooks {
  /** The live is over for this page: stopped elsewhere, replaced, or failed on the server. */
  onEnded(reason: string, detail: string): void;
  /** The server or the encoder gave up this take; the member may begin another. */
  onTakeFailed(detail: string): void;
  onUnreachable(): void;
  /** Something was added behind the live: all of it, or a part that could not be (with a sentence). */
  onBackFilled(problem: string | null): void;
  /** No more can be kept until something is sent: recording has stopped. */
  onMemoryFull(): void;
}

export interface BroadcastTarget {
  readonly liveId: number;
  readonly ingestUrl: string;
  readonly makeEncoder: EncoderFactory;
  /** Whether the member wants a small picture sent as well when there is room. */
  readonly allowsSmall: () => boolean;
  readonly serverClock: ServerClock;
  /** Makes the place where the bytes of a new take are kept. */
  readonly beginTake: (after: string | null) => TakeBytes;
  /** What pages before this one have left of this live, oldest first. */
  readonly left: readonly TakeBytes[];
  /** Whether viewers have seen nothing of this live yet. */
  readonly isNew: boolean;
}

interface Take {
  readonly bytes: TakeBytes;
  readonly connection: IngestConnection;
  readonly encoder: Encoder;
  readonly small: SmallUplink;
}

/** What is older than this when the server listens again does not hold the live up: it is added behind it. */
export const LIVE_EDGE_MS = 2000;
const FOLLOW_MS = 100;
// A phone that runs out of memory loses the page, and with it what was to be kept.
const MOST_IN_MEMORY_BYTES = 256 * 1024 * 1024;

/**
 * A live as seen from the page that makes it: takes one after the other, each with its encoder. The newest is sent to the
 * viewers; what an earlier one still misses is added to the recording beside it.
 */
export class Broadcast {
  /** Takes on their way to the viewers, oldest first; only the first is connected. */
  readonly #line: Take[] = [];
  /** Takes whose last bytes still come from their encoder, before they go to the back fill. */
  readonly #sealing = new Set<Promise<void>>();
  #recording: Take | null = null;
  #source: { stream: MediaStream; settings: EncoderSettings } | null = null;
  /** The newest take that the server has or will have, or what the next one follows instead. */
  #last: string | null;
  readonly #backFill: BackFill;
  readonly #meter = new UploadMeter();
  #doneBytes = 0;
  #followedMs = -Infinity;
  #left = false;

  constructor(
    private readonly target: BroadcastTarget,
    private readonly hooks: BroadcastHooks,
  ) {
    this.#backFill = new BackFill(target.liveId, {
      // Nobody is on air who could be put off the air by an older take.
      mayRun: () => this.#left || (this.#line[0]?.connection.connected ?? this.#recording === null),
      liveQueueMs: () => this.#queueMs(),
      onProgress: () => {
        if (this.#backFill.idle) this.hooks.onBackFilled(null);
      },
      onRefused: (detail) => this.hooks.onBackFilled(detail),
    });
    this.#last = target.left.at(-1)?.record.takeId ?? (target.isNew ? BEGINNING : null);
    for (const take of target.left) this.#backFill.add(take);
  }

  /** Begins a take from this stream. */
  begin(stream: MediaStream, settings: EncoderSettings): void {
    if (this.#left) return;
    this.#source = { stream, settings };
    const bytes = this.target.beginTake(this.#last);
    const connection = new IngestConnection(this.target.ingestUrl, bytes, {
      onChange: () => {},
      isLate: () => !bytes.mayBeFirst && bytes.kept.ageMs(bytes.kept.start, performance.now()) > LIVE_EDGE_MS
        && this.#recording === take,
      onEnd: (end) => this.#ended(take, end),
      onKeyframeWanted: () => encoder.requestKeyframe(),
      onUnreachable: () => this.hooks.onUnreachable(),
    });
    const small = new SmallUplink(smallAddress(this.target.ingestUrl, bytes.record.takeId), stream, this.target.allowsSmall);
    const encoder = this.target.makeEncoder(stream, settings, {
      onBytes: (chunk) => this.#append(take, chunk),
      onSmallBytes: (chunk) => small.send(chunk),
      onFault: (reason) => this.#replaceBroken(take, reason),
      onClock: (mediaTimeMs, capturedAtMs) => {
        const capturedMs = this.target.serverClock.at(capturedAtMs);
        if (capturedMs !== null) connection.tell({ type: 'clock', media: mediaTimeMs / 1000, captured: capturedMs });
      },
    });
    const take: Take = { bytes, connection, encoder, small };
    this.#recording = take;
    this.#line.push(take);
    void connection.over.then(() => this.#retire(take));
    encoder.start();
    this.#advance();
  }

  /** Ends the present take: resolves once its encoder has written the last byte, which is then on its way. */
  async endTake(): Promise<void> {
    const take = this.#recording;
    if (!take) return;
    this.#recording = null;
    await take.encoder.stop();
    take.connection.complete();
  }

  /** Resolves when everything recorded is durable on the server: true; or false when `signal` has aborted first. */
  async finish(signal: AbortSignal): Promise<boolean> {
    await this.endTake();
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (!signal.aborted && this.#line.length > 0) await Promise.race([this.#line[0]!.connection.over, aborted]);
    await Promise.race([Promise.all(this.#sealing), aborted]);
    return !signal.aborted && this.#backFill.finish(signal);
  }

  /** Ends the live for this page; what waits is still added to its recording, as long as the page is there. */
  leave(): void {
    this.#left = true;
    this.#recording = null;
    for (const take of this.#line.splice(0)) this.#addBehind(take);
  }

  /** Stops sending; what waits stays in the browser's store. */
  dispose(): void {
    this.leave();
    this.#backFill.dispose();
  }

  /** True while something is recorded or on its way. */
  get active(): boolean {
    return this.#line.length > 0 || this.#sealing.size > 0 || !this.#backFill.idle;
  }

  /** Bytes that would be lost if the page were closed now. */
  get unsafeBytes(): number {
    return this.#line.reduce((sum, take) => sum + take.bytes.onlyInMemoryBytes, this.#backFill.onlyInMemoryBytes);
  }

  /** How the upload is doing now; meant to be asked about twice a second. */
  health(nowMs: number): UploadHealth {
    const head = this.#line[0];
    let liveBytes = 0;
    let liveSeconds = 0;
    for (const { bytes } of this.#line) {
      liveBytes += bytes.waitingBytes;
      liveSeconds += bytes.kept.seconds;
    }
    const { progress } = this.#backFill;
    const settings = this.#source?.settings;
    const reading = this.#meter.read(nowMs, {
      connected: !head || head.connection.connected,
      durableBytes: this.#doneBytes + (head?.bytes.kept.start ?? 0) + progress.sentBytes,
      liveBytes,
      mediaBitsPerSecond: settings ? settings.videoBitsPerSecond + settings.audioBitsPerSecond : Infinity,
    });
    return {
      ...reading,
      waitingBytes: liveBytes + this.#backFill.waitingBytes,
      waitingSeconds: liveSeconds + progress.waitingSeconds,
      backFill: this.#backFill.idle ? null : progress,
      lightened: this.#recording?.encoder.lightened ?? false,
      hasSmall: this.#recording?.small.isSent ?? false,
    };
  }

  #append(take: Take, chunk: Uint8Array): void {
    if (take.bytes.kept.end === 0) this.#last = take.bytes.record.takeId;
    // The last bytes of a take that was cut off come after its connection has closed.
    if (this.#line.includes(take)) take.connection.append(chunk);
    else take.bytes.append(chunk);
    if (this.#recording !== take) return;
    this.#followUplink(take);
    if (this.unsafeBytes > MOST_IN_MEMORY_BYTES) {
      void this.endTake();
      this.hooks.onMemoryFull();
    }
  }

  /** Has the encoder follow the uplink as its bytes come: a hidden page has no timer that is on time. */
  #followUplink({ encoder, bytes, connection, small }: Take): void {
    const nowMs = performance.now();
    if (nowMs - this.#followedMs < FOLLOW_MS) return;
    this.#followedMs = nowMs;
    const uplink = { connected: connection.connected, waitingBytes: bytes.waitingBytes };
    encoder.follow(uplink);
    small.follow(nowMs, encoder, uplink);
  }

  /** How long the oldest byte that is meant for the viewers waits; null while nothing is live. */
  #queueMs(): number | null {
    const kept = this.#line[0]?.bytes.kept;
    return kept ? kept.ageMs(kept.start, performance.now()) : null;
  }

  /** Has the first of the line sent; an earlier take that is not as good as done stands back for the newest. */
  #advance(): void {
    while (this.#line.length > 1) {
      const { bytes, connection } = this.#line[0]!;
      const nearlyDone = connection.connected && bytes.kept.ageMs(bytes.kept.start, performance.now()) < LIVE_EDGE_MS;
      if (nearlyDone || bytes.mayBeFirst) break;
      this.#addBehind(this.#line.shift()!);
    }
    this.#line[0]?.connection.open();
  }

  #ended(take: Take, end: TakeEnd): void {
    switch (end.kind) {
      case 'ended':
        this.leave();
        this.hooks.onEnded(end.reason === 'superseded' ? 'replaced' : end.reason, end.detail);
        break;
      case 'refused':
        if (this.#recording === take) this.#recording = null;
        if (this.#last === take.bytes.record.takeId) this.#last = take.bytes.record.after;
        void take.encoder.stop();
        this.#retire(take);
        void take.bytes.remove();
        this.hooks.onTakeFailed(end.detail);
        break;
      case 'late':
        this.#goOnAtTheEdge(take);
        break;
    }
  }

  /** What is missing of this take follows later; a new one begins at a keyframe, and is what the viewers see. */
  #goOnAtTheEdge(take: Take): void {
    const wasRecording = this.#recording === take;
    const at = this.#line.indexOf(take);
    if (at !== -1) this.#line.splice(at, 1);
    this.#addBehind(take);
    if (wasRecording && this.#source) this.begin(this.#source.stream, this.#source.settings);
    else this.#advance();
  }

  /** The encoder broke down: what it wrote still goes out, and a new take follows when there is something to record. */
  #replaceBroken(take: Take, reason: string): void {
    if (this.#recording !== take) return;
    void this.endTake();
    const alive = this.#source?.stream.getTracks().some((track) => track.readyState === 'live');
    // A source that ended is announced by its own track, and the member chooses another.
    if (!alive || !this.#source) return;
    // An encoder that breaks before its first byte would only break again.
    if (take.bytes.kept.end === 0) this.hooks.onTakeFailed(reason);
    else this.begin(this.#source.stream, this.#source.settings);
  }

  /** Hands a take over to the back fill once its encoder has written the last byte. */
  #addBehind(take: Take): void {
    this.#doneBytes += take.bytes.kept.start;
    take.connection.close();
    if (this.#recording === take) this.#recording = null;
    const sealed: Promise<void> = take.encoder.stop().then(() => {
      this.#sealing.delete(sealed);
      if (take.bytes.kept.end > 0) this.#backFill.add(take.bytes);
      else void take.bytes.remove();
    });
    this.#sealing.add(sealed);
  }

  /** The take is over. */
  #retire(take: Take): void {
    const at = this.#line.indexOf(take);
    if (at === -1) return;
    this.#line.splice(at, 1);
    this.#doneBytes += take.bytes.kept.start;
    void take.bytes.remove();
    this.#advance();
  }
}
