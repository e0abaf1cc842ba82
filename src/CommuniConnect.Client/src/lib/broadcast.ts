import type { Encoder, EncoderSettings } from './encoder.js';
import type { EncoderFactory } from './encoder-choice.js';
import { IngestConnection } from './ingest-connection.js';
import type { ServerClock } from './server-clock.js';

export type UploadLevel = 'good' | 'weak' | 'interrupted';

export interface UploadHealth {
  readonly level: UploadLevel;
  readonly waitingBytes: number;
  /** What became durable lately, in bits per second. */
  readonly bitsPerSecond: number;
  /** The picture is lighter than was asked for, so that it gets through. */
  readonly lightened: boolean;
}

export interface BroadcastHooks {
  /** The live is over for this page: stopped elsewhere, replaced, or failed on the server. */
  onEnded(reason: string, detail: string): void;
  /** The server or the encoder gave up this take; the member may begin another. */
  onTakeFailed(detail: string): void;
  onUnreachable(): void;
}

interface Take {
  readonly connection: IngestConnection;
  readonly encoder: Encoder;
}

// A connection that is away for less than this is being made again, and nobody needs to worry.
const CUT_MS = 1_000;
// The upload is called weak once this much media, in seconds, waits to be durable.
const WEAK_SECONDS = 1.5;
const RATE_WINDOW_MS = 3000;

/**
 * A live as seen from the page that makes it: takes one after the other, each with its encoder and its connection. A new
 * take is recorded at once and sent when the one before it is complete, so that nothing overtakes.
 */
export class Broadcast {
  /** Takes not yet complete, oldest first; only the first is connected. */
  #takes: Take[] = [];
  #current: Take | null = null;
  #source: { stream: MediaStream; settings: EncoderSettings } | null = null;
  #doneBytes = 0;
  #samples: { atMs: number; bytes: number }[] = [];
  #moved = { atMs: 0, bytes: -1 };
  #lastConnectedMs: number | null = null;
  #closed = false;

  constructor(
    private readonly ingestUrl: string,
    private readonly makeEncoder: EncoderFactory,
    private readonly hooks: BroadcastHooks,
    private readonly serverClock: ServerClock,
  ) {}

  /** Begins a take from this stream. */
  begin(stream: MediaStream, settings: EncoderSettings): void {
    if (this.#closed) return;
    this.#source = { stream, settings };
    const connection = new IngestConnection(this.ingestUrl, {
      onChange: () => {},
      onEnd: (end) => {
        if (end.kind === 'ended') {
          this.abandon();
          this.hooks.onEnded(end.reason, end.detail);
        } else if (end.kind === 'refused') {
          this.#forget(take);
          this.hooks.onTakeFailed(end.detail);
        } else {
          this.#replaceLost(take);
        }
      },
      onUnreachable: () => this.hooks.onUnreachable(),
    });
    const encoder = this.makeEncoder(stream, settings, {
      onBytes: (bytes) => connection.append(bytes),
      onFault: (reason) => this.#replaceBroken(take, reason),
      onClock: (mediaTimeMs, capturedAtMs) => {
        const capturedMs = this.serverClock.at(capturedAtMs);
        if (capturedMs !== null) connection.tell({ type: 'clock', media: mediaTimeMs / 1000, captured: capturedMs });
      },
    });
    const take: Take = { connection, encoder };
    this.#takes.push(take);
    this.#current = take;
    void connection.over.then(() => this.#retire(take));
    encoder.start();
    this.#takes[0]!.connection.open();
  }

  /** Ends the present take: resolves once its encoder has written the last byte, which is then on its way. */
  async endTake(): Promise<void> {
    const take = this.#current;
    if (!take) return;
    this.#current = null;
    await take.encoder.stop();
    take.connection.complete();
  }

  /** Resolves when everything recorded is durable on the server. */
  async finish(): Promise<void> {
    await this.endTake();
    while (this.#takes.length > 0 && !this.#closed) await this.#takes[0]!.connection.over;
  }

  /** Ends at once; whatever waits is given up. */
  abandon(): void {
    this.#closed = true;
    this.#current = null;
    for (const { connection, encoder } of this.#takes.splice(0)) {
      connection.close();
      void encoder.stop();
    }
  }

  /** True while something is recorded or on its way. */
  get active(): boolean {
    return this.#takes.length > 0;
  }

  /** Lets the encoder follow the uplink; to be called about ten times a second. */
  followUplink(): void {
    if (!this.#current) return;
    const { encoder, connection } = this.#current;
    encoder.follow({ connected: connection.connected, waitingBytes: connection.waitingBytes });
  }

  /** How the upload is doing now; meant to be asked about once a second. */
  health(nowMs: number): UploadHealth {
    const durable = this.#doneBytes + (this.#takes[0]?.connection.kept.start ?? 0);
    this.#samples.push({ atMs: nowMs, bytes: durable });
    while (this.#samples.length > 2 && nowMs - this.#samples[0]!.atMs > RATE_WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0]!;
    const seconds = (nowMs - first.atMs) / 1000;
    const bitsPerSecond = seconds > 0 ? Math.max(0, ((durable - first.bytes) * 8) / seconds) : 0;

    let waitingBytes = 0;
    for (const { connection } of this.#takes) waitingBytes += connection.waitingBytes;
    const connected = this.#takes.length === 0 || this.#takes[0]!.connection.connected;
    const settings = this.#source?.settings;
    const mediaBytes = settings ? (settings.videoBitsPerSecond + settings.audioBitsPerSecond) / 8 : Infinity;
    // A still picture makes few bytes, so that their number alone would not tell that nothing gets through.
    if (waitingBytes === 0 || durable !== this.#moved.bytes) this.#moved = { atMs: nowMs, bytes: durable };
    const standsStill = nowMs - this.#moved.atMs > WEAK_SECONDS * 1000;
    const weak = standsStill || waitingBytes > mediaBytes * WEAK_SECONDS;
    if (connected) this.#lastConnectedMs = nowMs;
    // The first connection takes a moment to be made: that is no interruption yet.
    this.#lastConnectedMs ??= nowMs;
    const cut = !connected && nowMs - this.#lastConnectedMs > CUT_MS;
    const level = cut ? 'interrupted' : weak ? 'weak' : 'good';
    return { level, waitingBytes, bitsPerSecond, lightened: this.#current?.encoder.lightened ?? false };
  }

  /** The server misses bytes that are gone here: what the encoder makes from now on is a new take. */
  #replaceLost(take: Take): void {
    const wasCurrent = this.#current === take;
    this.#forget(take);
    if (wasCurrent && this.#source) this.begin(this.#source.stream, this.#source.settings);
  }

  /** The encoder broke down: what it wrote still goes out, and a new take follows when there is something to record. */
  #replaceBroken(take: Take, reason: string): void {
    if (this.#current !== take) return;
    void this.endTake();
    const alive = this.#source?.stream.getVideoTracks().some((track) => track.readyState === 'live');
    // A source that ended is announced by its own track, and the member chooses another.
    if (!alive || !this.#source) return;
    // An encoder that breaks before its first byte would only break again.
    if (take.connection.kept.end === 0) this.hooks.onTakeFailed(reason);
    else this.begin(this.#source.stream, this.#source.settings);
  }

  #forget(take: Take): void {
    if (this.#current === take) this.#current = null;
    void take.encoder.stop();
    take.connection.close();
    this.#retire(take);
  }

  #retire(take: Take): void {
    const at = this.#takes.indexOf(take);
    if (at === -1) return;
    this.#takes.splice(at, 1);
    this.#doneBytes += take.connection.kept.start;
    this.#takes[0]?.connection.open();
  }
}
