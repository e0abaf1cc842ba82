import { Backoff } from './backoff.js';
import { Scope } from './scope.js';
import type { TakeBytes } from './take-bytes.js';

/** Why a take can go no further over this connection. */
export type TakeEnd =
  /** The server ended the live (or handed it to another page). */
  | { readonly kind: 'ended'; readonly reason: string; readonly detail: string }
  /** The server does not take these bytes; `detail` is a sentence to show. */
  | { readonly kind: 'refused'; readonly detail: string }
  /** What waits is too old to hold the live up, or no longer here: it goes up beside the live, and a new take follows. */
  | { readonly kind: 'late' };

export interface IngestHooks {
  /** The connection opened, closed, or more bytes became durable. */
  onChange(): void;
  /** Asked when the server is listening: whether what waits is too old for the live. */
  isLate(): boolean;
  /** A viewer would be helped by a keyframe. */
  onKeyframeWanted(): void;
  /** Called once; the connection has closed for good. */
  onEnd(end: TakeEnd): void;
  /** A connection could not be opened: the place to ask whether the live is still there. */
  onUnreachable(): void;
}

const MESSAGE_BYTES = 256 * 1024;
// Enough for a fast link between two looks, little enough that a dead socket holds no more than this.
const SOCKET_BUFFER_BYTES = 512 * 1024;
/** A socket that acknowledges nothing for this long while bytes wait is replaced: mobile links die silently. */
export const SILENCE_MS = 5000;
// A socket that was begun while the network was away does not notice its return for long: most attempts are short, and
// every fourth is long enough for the slowest link.
const OPEN_MS = 2000;
const PATIENT_OPEN_MS = 8000;
const PATIENT_EVERY = 4;
const LOOK_MS = 100;
// Viewers are waiting and broadcasters are few: look for the server more often than others would.
const RETRY_MOST_MS = 700;

/**
 * Sends one take over WebSocket and survives any cut: bytes are kept until the server says they are durable, and every
 * new socket continues from the offset the server names.
 */
export class IngestConnection {
  readonly #scope = new Scope();
  readonly #backoff = new Backoff(200, RETRY_MOST_MS);
  #socket: WebSocket | null = null;
  #socketScope: Scope | null = null;
  #ready = false;
  #sent = 0;
  #lastSignMs = 0;
  #encoderDone = false;
  #completeSent = false;
  #cancelRetry: (() => void) | null = null;
  #started = false;
  #attempts = 0;
  #resolveOver = () => {};
  /** Resolves when the take is over: all of it durable and confirmed, or given up. */
  readonly over = new Promise<void>((resolve) => (this.#resolveOver = resolve));

  constructor(
    private readonly url: string,
    readonly bytes: TakeBytes,
    private readonly hooks: IngestHooks,
  ) {}

  get kept(): TakeBytes['kept'] {
    return this.bytes.kept;
  }

  /** True while the server is listening. */
  get connected(): boolean {
    return this.#ready;
  }

  /** Begins to connect; bytes appended before are kept. */
  open(): void {
    if (this.#started) return;
    this.#started = true;
    this.#scope.listen(window, 'online', () => this.#reconnectNow());
    this.#scope.listen(window, 'offline', () => this.#drop());
    this.#scope.interval(() => this.#look(), LOOK_MS);
    this.#connect();
  }

  /** Adds the encoder's next bytes. */
  append(bytes: Uint8Array): void {
    this.bytes.append(bytes);
    this.#pump();
  }

  /** Says something that is only worth saying now. */
  tell(message: object): void {
    if (this.#ready && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Says that the encoder has written its last byte. */
  complete(): void {
    this.#encoderDone = true;
    this.#pump();
  }

  /** Ends at once; what the server has not got stays kept. */
  close(): void {
    this.#ready = false;
    this.#socketScope?.dispose();
    this.#scope.dispose();
    this.#resolveOver();
  }

  #connect(): void {
    if (this.#scope.signal.aborted) return;
    this.#cancelRetry = null;
    const address = new URL(this.url, location.href);
    address.protocol = address.protocol === 'https:' || address.protocol === 'wss:' ? 'wss:' : 'ws:';
    address.searchParams.set('take', this.bytes.record.takeId);
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    const scope = this.#scope.child();
    this.#socket = socket;
    this.#socketScope = scope;
    this.#lastSignMs = performance.now();
    scope.onDispose(() => socket.close());
    const patient = ++this.#attempts % PATIENT_EVERY === 0;
    scope.timeout(() => {
      if (!this.#ready) this.#drop();
    }, patient ? PATIENT_OPEN_MS : OPEN_MS);
    scope.listen<MessageEvent>(socket, 'message', (event) => this.#receive(event.data));
    // A failed socket always closes too; one path is enough.
    scope.listen(socket, 'close', () => this.#drop());
  }

  #receive(data: unknown): void {
    if (typeof data !== 'string') return;
    let message: { type?: string; offset?: number; reason?: string; detail?: string; error?: string };
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    this.#lastSignMs = performance.now();
    switch (message.type) {
      case 'ready':
        this.#resume(message.offset ?? 0);
        break;
      case 'durable':
        this.bytes.freeUntil(message.offset ?? 0);
        this.#pump();
        this.hooks.onChange();
        break;
      case 'keyframe':
        this.hooks.onKeyframeWanted();
        break;
      case 'completed':
        this.bytes.freeUntil(this.kept.end);
        this.close();
        this.hooks.onChange();
        break;
      case 'ended':
        this.#end({ kind: 'ended', reason: message.reason ?? '', detail: message.detail ?? '' });
        break;
      case 'refused':
        this.#end({ kind: 'refused', detail: message.error ?? message.detail ?? '' });
        break;
    }
  }

  #resume(offset: number): void {
    const isHere = offset >= this.kept.start && offset <= this.kept.end;
    if (isHere) this.bytes.freeUntil(offset);
    if (!isHere || offset < this.kept.held || this.hooks.isLate()) {
      this.#end({ kind: 'late' });
      return;
    }
    this.#backoff.reset();
    this.#attempts = 0;
    this.#ready = true;
    this.#sent = offset;
    this.#completeSent = false;
    this.#pump();
    this.hooks.onChange();
  }

  #pump(): void {
    const socket = this.#socket;
    if (!this.#ready || !socket || socket.readyState !== WebSocket.OPEN) return;
    // Silence is counted from the first byte that could have been acknowledged.
    if (this.#sent === this.kept.start) this.#lastSignMs = performance.now();
    while (this.#sent < this.kept.end && socket.bufferedAmount < SOCKET_BUFFER_BYTES) {
      const message = this.kept.read(this.#sent, MESSAGE_BYTES);
      socket.send(message);
      this.#sent += message.length;
    }
    if (this.#encoderDone && this.#sent === this.kept.end && !this.#completeSent) {
      this.#completeSent = true;
      this.#lastSignMs = performance.now();
      socket.send('{"type":"complete"}');
    }
  }

  #look(): void {
    this.#pump();
    const owed = this.#sent > this.kept.start || this.#completeSent;
    if (this.#ready && owed && performance.now() - this.#lastSignMs > SILENCE_MS) this.#drop();
  }

  /** Gives the present socket up and tries again after a while. */
  #drop(): void {
    const wasReady = this.#ready;
    this.#ready = false;
    this.#socketScope?.dispose();
    this.#socketScope = null;
    this.#socket = null;
    if (this.#scope.signal.aborted || this.#cancelRetry) return;
    this.#cancelRetry = this.#scope.timeout(() => this.#connect(), this.#backoff.next());
    if (wasReady) this.hooks.onChange();
    else this.hooks.onUnreachable();
  }

  /** The network is back: neither the wait for the next attempt nor one begun without a network is of use. */
  #reconnectNow(): void {
    if (this.#ready) return;
    this.#cancelRetry?.();
    this.#socketScope?.dispose();
    this.#backoff.reset();
    this.#connect();
  }

  #end(end: TakeEnd): void {
    this.close();
    this.hooks.onEnd(end);
  }
}
