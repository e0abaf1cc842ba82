export type UploadLevel = 'good' | 'weak' | 'interrupted';

export interface UploadReading {
  readonly level: UploadLevel;
  readonly bitsPerSecond: number;
  readonly cutSinceMs: number | null;
}

// A connection that is away for less than this is being made again, and nobody needs to worry.
const CUT_MS = 1_000;
// The upload is called weak once this much media, in seconds, waits to be durable.
const WEAK_SECONDS = 1.5;
const RATE_WINDOW_MS = 3000;

/** Tells from looks at an upload, about two a second, how it is doing. */
export class UploadMeter {
  #samples: { atMs: number; bytes: number }[] = [];
  #moved = { atMs: 0, bytes: -1 };
  #lastConnectedMs: number | null = null;

  read(
    nowMs: number,
    upload: { connected: boolean; durableBytes: number; liveBytes: number; mediaBitsPerSecond: number },
  ): UploadReading {
    const { connected, durableBytes, liveBytes } = upload;
    this.#samples.push({ atMs: nowMs, bytes: durableBytes });
    while (this.#samples.length > 2 && nowMs - this.#samples[0]!.atMs > RATE_WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0]!;
    const seconds = (nowMs - first.atMs) / 1000;
    const bitsPerSecond = seconds > 0 ? Math.max(0, ((durableBytes - first.bytes) * 8) / seconds) : 0;

    // A still picture makes few bytes, so that their number alone would not tell that nothing gets through.
    if (liveBytes === 0 || durableBytes !== this.#moved.bytes) this.#moved = { atMs: nowMs, bytes: durableBytes };
    const standsStill = nowMs - this.#moved.atMs > WEAK_SECONDS * 1000;
    const weak = standsStill || liveBytes > (upload.mediaBitsPerSecond / 8) * WEAK_SECONDS;
    if (connected) this.#lastConnectedMs = nowMs;
    // The first connection takes a moment to be made: that is no interruption yet.
    this.#lastConnectedMs ??= nowMs;
    const cut = nowMs - this.#lastConnectedMs > CUT_MS;
    return {
      level: cut ? 'interrupted' : weak ? 'weak' : 'good',
      bitsPerSecond,
      cutSinceMs: cut ? this.#lastConnectedMs : null,
    };
  }
}
