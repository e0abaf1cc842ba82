import { h } from './dom.js';
import type { Scope } from './scope.js';

/** Pixels of a small picture: enough for its place on a dense screen. */
const WIDTH = 240;
const HEIGHT = 135;
const MOST_KEPT = 40;
/** A pointer that moves on asks no sooner than this after the last time. */
const BETWEEN_MS = 150;
/** On a slow link the one before may still come; what is older is given up. */
const MOST_ON_THE_WAY = 2;
// A video that says nothing for so long is begun again: now and then one is not woken up by its first picture.
const LONGEST_DECODING_MS = 700;
const MOST_TRIES = 4;
const LOOK_MS = 16;
/** So many different moments at most are asked for along a slider: it has no more pixels. */
const MOST_MOMENTS = 1024;

/** The moment that stands for those around it, so that neighbours share one picture. In seconds. */
export function stillMoment(seconds: number, duration: number): number {
  let step = 1;
  while (duration / step > MOST_MOMENTS) step *= 2;
  return Math.floor(Math.max(0, seconds) / step) * step;
}

/** The address of the picture of a moment of a film. */
export function stillAddress(filmUrl: string, seconds: number): string {
  const url = new URL(filmUrl, location.href);
  url.pathname = url.pathname.replace(/\.\w+$/, '/still');
  url.searchParams.set('at', seconds.toFixed(3));
  return url.href;
}

/** Small pictures of moments of a film: asked for at an easy pace, the newest wish first, and some of them kept. */
export class Stills {
  readonly #kept = new Map<string, HTMLCanvasElement>();
  readonly #onTheWay = new Map<string, AbortController>();
  #decoding: Promise<unknown> = Promise.resolve();
  #wanted: string | null = null;
  #askedMs = -Infinity;
  #asked = 0;
  #shown = 0;
  #waits = false;

  /** @param onPicture Given the pictures that come, none older than the one before. */
  constructor(
    private readonly scope: Scope,
    private readonly onPicture: (picture: HTMLCanvasElement) => void,
  ) {
    scope.onDispose(() => this.want(null));
  }

  /** The picture at an address when it is here already, else it is asked for; null when none is wanted any more. */
  want(address: string | null): HTMLCanvasElement | null {
    this.#wanted = address;
    if (address === null) {
      for (const request of this.#onTheWay.values()) request.abort();
      return null;
    }
    const picture = this.#kept.get(address);
    if (picture) {
      this.#keep(address, picture);
      this.#shown = this.#asked; // what is still on the way is of an older wish
    } else {
      this.#askSoon();
    }
    return picture ?? null;
  }

  #askSoon(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.scope.timeout(() => {
      this.#waits = false;
      const address = this.#wanted;
      if (address !== null && !this.#kept.has(address) && !this.#onTheWay.has(address)) void this.#ask(address);
    }, Math.max(0, this.#askedMs + BETWEEN_MS - performance.now()));
  }

  async #ask(address: string): Promise<void> {
    this.#askedMs = performance.now();
    const turn = ++this.#asked;
    const [oldest] = this.#onTheWay.values();
    if (this.#onTheWay.size >= MOST_ON_THE_WAY) oldest!.abort();
    const request = new AbortController();
    const { signal } = request;
    this.#onTheWay.set(address, request);
    try {
      const answer = await fetch(address, { signal, credentials: 'same-origin' });
      if (!answer.ok) return;
      const settled = answer.headers.get('Cache-Control')?.includes('immutable') === true;
      const file = await answer.blob();
      const decoded = this.#decoding.then(() => this.#decode(file, signal));
      this.#decoding = decoded;
      const picture = await decoded;
      if (!picture || signal.aborted) return;
      if (settled) this.#keep(address, picture);
      if (turn <= this.#shown) return;
      this.#shown = turn;
      this.onPicture(picture);
    } catch {
      // Offline, or not wanted any more: the slider is as good without.
    } finally {
      this.#onTheWay.delete(address);
    }
  }

  /** The one picture of a film, made small; null when this browser cannot decode it. */
  async #decode(file: Blob, signal: AbortSignal): Promise<HTMLCanvasElement | null> {
    let picture: HTMLCanvasElement | null = null;
    for (let tries = 0; !picture && tries < MOST_TRIES && !signal.aborted; tries++) picture = await this.#draw(file);
    return picture;
  }

  /** Has a video element, which every browser has, show the film. */
  async #draw(file: Blob): Promise<HTMLCanvasElement | null> {
    const video = h('video', { playsinline: true, preload: 'auto' });
    video.muted = true;
    const life = this.scope.child();
    const url = URL.createObjectURL(file);
    const untilMs = performance.now() + LONGEST_DECODING_MS;
    try {
      const shown = await new Promise<boolean>((resolve) => {
        life.listen(video, 'loadeddata', () => resolve(true));
        life.listen(video, 'error', () => resolve(false));
        life.timeout(() => resolve(false), LONGEST_DECODING_MS);
        life.onDispose(() => resolve(false));
        video.src = url;
      });
      let picture = shown ? smallPicture(video) : null;
      // It may be there a moment later than the video says.
      while (shown && !picture && performance.now() < untilMs && !life.signal.aborted) {
        await life.sleep(LOOK_MS);
        picture = smallPicture(video);
      }
      return picture;
    } finally {
      life.dispose();
      video.removeAttribute('src');
      video.load();
      URL.revokeObjectURL(url);
    }
  }

  /** Keeps a picture as the newest used, and lets go of the one not used for longest. */
  #keep(address: string, picture: HTMLCanvasElement): void {
    this.#kept.delete(address);
    this.#kept.set(address, picture);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(oldest!);
  }
}

/** The picture a video shows, made small; null while it shows none. */
function smallPicture(video: HTMLVideoElement): HTMLCanvasElement | null {
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, WIDTH / videoWidth, HEIGHT / videoHeight);
  const width = Math.max(1, Math.round(videoWidth * scale));
  const height = Math.max(1, Math.round(videoHeight * scale));
  const picture = h('canvas', { width, height });
  const pen = picture.getContext('2d')!;
  pen.drawImage(video, 0, 0, width, height);
  return pen.getImageData(width >> 1, height >> 1, 1, 1).data[3] === 0 ? null : picture;
}
