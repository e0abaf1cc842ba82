import { INSIDE, JUMP_SECONDS, stayAtEdge, type Range } from './live-edge.js';

// Under 0.15 s the decoder stalls and ends up later than with it. Every stall backs off, every calm while comes closer: slowly, for
// whoever is played so has a weak network, on which what was too near once is too near again.
const NEAREST_SECONDS = 0.18;
const FARTHEST_SECONDS = 1;
const STALL_STEP_SECONDS = 0.2;
const CALM_MS = 120_000;
const CALM_STEP_SECONDS = 0.05;
const SMOOTHING = 0.2;
// A new viewer receives the whole group so far, and after a standstill there is a backlog: what is older than this is
// skipped instead of caught up with slowly.
const SLACK_SECONDS = 0.25;
// A picture that stands still this long although media is buffered gets a seek, and if that does not help a new source.
const NUDGE_MS = 2500;
const STUCK_MS = 7000;

/** Holds one video at the edge of what is buffered, at a distance this link and this machine can keep. */
export class EdgeKeeper {
  /** How often the video ran dry although bytes kept coming. */
  stalls = 0;
  #target = NEAREST_SECONDS;
  #behind = 0;
  #calmSinceMs = 0;
  #still = { time: 0, sinceMs: 0, nudged: false };

  constructor(private readonly video: HTMLVideoElement) {}

  /** Behind the newest buffered instant, smoothed, in milliseconds. */
  get behindMs(): number {
    return Math.round(this.#behind * 1000);
  }

  /** Goes to the edge at once. */
  jump(ranges: readonly Range[]): void {
    const last = ranges.at(-1);
    if (last) this.video.currentTime = Math.max(last[0] + INSIDE, last[1] - this.#target);
  }

  /** Goes to the edge when more than a little is buffered ahead: the picture has a break here anyway. */
  skipBacklog(ranges: readonly Range[]): void {
    const last = ranges.at(-1);
    if (last && last[1] - this.video.currentTime > this.#target + SLACK_SECONDS) this.jump(ranges);
  }

  /** The video ran dry: keep a larger distance from now on. */
  stalled(nowMs: number): void {
    this.stalls++;
    this.#target = Math.min(FARTHEST_SECONDS, this.#target + STALL_STEP_SECONDS);
    this.#calmSinceMs = nowMs;
  }

  /** To be called every now and then while playing; false when the video is beyond help. */
  look(ranges: readonly Range[], nowMs: number): boolean {
    const { video } = this;
    const last = ranges.at(-1);
    if (!last) return true;
    const behind = last[1] - video.currentTime;
    this.#behind = Math.abs(behind) > JUMP_SECONDS ? behind : this.#behind + (behind - this.#behind) * SMOOTHING;
    if (!video.seeking) {
      const move = stayAtEdge({
        currentTime: video.currentTime,
        ranges,
        target: this.#target,
        behind: this.#behind,
        rate: video.playbackRate,
      });
      if (move.seekTo !== null) video.currentTime = move.seekTo;
      if (video.playbackRate !== move.rate) video.playbackRate = move.rate;
    }
    if (nowMs - this.#calmSinceMs > CALM_MS) {
      this.#target = Math.max(NEAREST_SECONDS, this.#target - CALM_STEP_SECONDS);
      this.#calmSinceMs = nowMs;
    }
    return this.#moves(ranges, behind, nowMs);
  }

  #moves(ranges: readonly Range[], behind: number, nowMs: number): boolean {
    const { video } = this;
    const still = this.#still;
    // A hidden page may stop its pictures on purpose, and with nothing ahead there is nothing to show.
    if (video.currentTime !== still.time || behind < this.#target || video.paused || document.hidden) {
      this.#still = { time: video.currentTime, sinceMs: nowMs, nudged: still.nudged && behind > JUMP_SECONDS };
      return true;
    }
    if (nowMs - still.sinceMs > STUCK_MS) {
      still.sinceMs = nowMs;
      return false;
    }
    if (nowMs - still.sinceMs > NUDGE_MS && !still.nudged) {
      this.jump(ranges);
      // The seek itself is no progress: the clock of the standstill goes on.
      this.#still = { time: video.currentTime, sinceMs: still.sinceMs, nudged: true };
    }
    return true;
  }
}
