interface Kept {
  readonly format: VideoPixelFormat;
  readonly layout: PlaneLayout[];
  readonly width: number;
  readonly height: number;
  readonly displayWidth: number;
  readonly displayHeight: number;
  readonly colorSpace: VideoColorSpace;
}

/**
 * The newest picture of a source, to be shown again while nothing new comes. It is a copy: a camera has few frames, and
 * gives no more while those are held.
 */
export class StillPicture {
  #bytes = new Uint8Array(0);
  #kept: Kept | null = null;

  /** Keeps what this frame shows, in place of the one before; the frame is to stay open until then. */
  async keep(frame: VideoFrame): Promise<void> {
    this.#kept = null;
    const { format, visibleRect, displayWidth, displayHeight, colorSpace } = frame;
    if (!format || !visibleRect) return; // its pixels are out of reach
    const size = frame.allocationSize();
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(size);
    const layout = await frame.copyTo(this.#bytes).catch(() => null);
    if (!layout) return; // the live goes on without
    const { width, height } = visibleRect;
    this.#kept = { format, layout, width, height, displayWidth, displayHeight, colorSpace };
  }

  /** The picture, as a frame to be closed; null when there is none. */
  frame(): VideoFrame | null {
    if (!this.#kept) return null;
    const { width, height, ...init } = this.#kept;
    return new VideoFrame(this.#bytes, { ...init, codedWidth: width, codedHeight: height, timestamp: 0 });
  }
}
