import type { Encoder, Uplink } from './encoder.js';
import { Scope } from './scope.js';
import { SmallControl } from './small-control.js';

// More than a second of it waits: it is not to stand in the way of the large picture.
const MOST_WAITING_BYTES = 32 * 1024;
// A small picture of a small picture shows nothing.
const LEAST_SIDE = 640;

/**
 * Has the small picture of one take made and sent while there is room for it. It goes over a connection of its own, where
 * nothing is kept: what does not get through is given up, and begun anew later.
 */
export class SmallUplink {
  readonly #control = new SmallControl();
  #socket: WebSocket | null = null;
  #scope = new Scope();
  /** The connection or the encoder broke since it was last looked at. */
  #broke = false;

  /** @param isAllowed Whether the member wants it. */
  constructor(
    private readonly url: string,
    private readonly stream: MediaStream,
    private readonly isAllowed: () => boolean,
  ) {}

  /** Whether viewers can have it now. */
  get isSent(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** To be called about ten times a second while the take is recorded. */
  follow(nowMs: number, encoder: Encoder, uplink: Uplink): void {
    const waits = (this.#socket?.bufferedAmount ?? 0) > MOST_WAITING_BYTES;
    const isCalm = encoder.hasRoom && uplink.connected && !waits && !this.#broke;
    this.#broke = false;
    const wanted = this.#control.follow(nowMs, isCalm) && this.isAllowed() && this.#isLarge();
    if (wanted && !this.#socket) this.#open(encoder);
    else if (!wanted && this.#socket) this.close(encoder);
  }

  /** Sends the encoder's next bytes; null: it makes no more. */
  send(bytes: Uint8Array<ArrayBuffer> | null): void {
    if (bytes === null) this.#break();
    else if (this.isSent) this.#socket!.send(bytes);
  }

  /** Ends it; it may begin again. */
  close(encoder?: Encoder): void {
    encoder?.makeSmall(false);
    this.#scope.dispose();
    this.#socket = null;
  }

  #open(encoder: Encoder): void {
    const address = new URL(this.url, location.href);
    address.protocol = address.protocol === 'https:' || address.protocol === 'wss:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    const scope = new Scope();
    this.#socket = socket;
    this.#scope = scope;
    scope.onDispose(() => socket.close());
    scope.listen(socket, 'open', () => encoder.makeSmall(true));
    scope.listen(socket, 'close', () => {
      encoder.makeSmall(false);
      this.#break();
    });
  }

  #break(): void {
    this.#broke = true;
    this.close();
  }

  #isLarge(): boolean {
    const { width = 0, height = 0 } = this.stream.getVideoTracks()[0]?.getSettings() ?? {};
    return Math.max(width, height) >= LEAST_SIDE;
  }
}

/** Where the small picture of a take is sent. */
export function smallAddress(ingestUrl: string, takeId: string): string {
  const address = new URL(ingestUrl, location.href);
  address.pathname = `${address.pathname.replace(/\/$/, '')}/small`;
  address.searchParams.set('take', takeId);
  return address.href;
}
