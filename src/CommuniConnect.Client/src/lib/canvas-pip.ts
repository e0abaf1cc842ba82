import { h } from './dom.js';
import type { Scope } from './scope.js';

/** Picture in picture of a canvas, which has none of its own: a video that films it has. */
export class CanvasPip {
  #video: HTMLVideoElement | null = null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly scope: Scope,
  ) {
    scope.onDispose(() => this.#close());
  }

  /** Whether the canvas is seen over other windows now. */
  get isOpen(): boolean {
    return this.#video !== null && document.pictureInPictureElement === this.#video;
  }

  async open(): Promise<void> {
    this.#close();
    const video = h('video', { muted: true, playsinline: true, hidden: true });
    video.muted = true;
    video.srcObject = this.canvas.captureStream();
    this.canvas.after(video);
    this.#video = video;
    this.scope.listen(video, 'leavepictureinpicture', () => {
      if (this.#video === video) this.#close();
    });
    try {
      await video.play();
      await video.requestPictureInPicture();
    } catch (error) {
      if (this.#video === video) this.#close(); // filming costs, and nobody sees it
      throw error;
    }
  }

  #close(): void {
    const video = this.#video;
    this.#video = null;
    if (!video) return;
    video.srcObject = null;
    video.remove();
  }
}
