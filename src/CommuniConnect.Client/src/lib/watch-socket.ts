import { packetsOf, type Packet } from './packet.js';
import type { Scope } from './scope.js';

/** Which of the pictures of a live one is sent. */
export type Rendition = 'main' | 'small';

/** A track as the server describes it for WebCodecs. */
export interface WatchTrack {
  readonly number: number;
  readonly kind: 'video' | 'audio';
  readonly codec: string;
  readonly sample_rate?: number;
  readonly channels?: number;
  /** Base64. */
  readonly description?: string;
  /** The second picture of the live, sent instead of the first to who selects it. */
  readonly rendition?: 'small';
}

export interface WatchHooks {
  /** What follows is decoded so. */
  onTracks(tracks: readonly WatchTrack[]): void;
  onPackets(packets: readonly Packet[]): void;
  /** What follows does not go on from what came before. */
  onJump(): void;
  /** The camera saw second `mediaSeconds` of the live at `capturedMs` of the server's clock. */
  onClock(mediaSeconds: number, capturedMs: number): void;
  /** What was said of the camera does not hold any more. */
  onNoClock(): void;
}

/** One connection to the watch socket of a live. */
export class WatchSocket {
  /** Whether the server has answered. */
  opened = false;
  /** When a message last arrived, on performance.now()'s clock. */
  lastMessageMs = performance.now();
  receivedBytes = 0;
  readonly #socket: WebSocket;

  /** Resolves when the connection is over, however that came. */
  readonly closed: Promise<void>;

  /** @param rendition The picture to begin with. */
  constructor(watchUrl: string, scope: Scope, private readonly hooks: WatchHooks, rendition: Rendition = 'main') {
    const address = new URL(watchUrl, location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    address.pathname = address.pathname.replace(/\.webm$/, '');
    if (rendition !== 'main') address.searchParams.set('rendition', rendition);
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    scope.listen(socket, 'open', () => (this.opened = true));
    scope.listen<MessageEvent>(socket, 'message', (event) => this.#receive(event.data));
    this.closed = new Promise((resolve) => {
      scope.listen(socket, 'close', () => resolve());
      scope.onDispose(resolve);
    });
    scope.onDispose(() => socket.close());
  }

  /** Whether the picture is wanted as well as the sound, and if so whether only one every so many seconds. */
  select(video: boolean, everySeconds: number | null = null): void {
    this.#say({ type: 'select', video, ...(everySeconds !== null && { every: everySeconds }) });
  }

  /** Asks for another of the pictures; it comes with a keyframe, when there is one. */
  show(rendition: Rendition): void {
    this.#say({ type: 'select', rendition });
  }

  /** Asks for the newest keyframe. */
  rejoin(): void {
    this.#say({ type: 'rejoin' });
  }

  tellDelay(ms: number): void {
    this.#say({ type: 'delay', ms });
  }

  #say(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #receive(data: string | ArrayBuffer): void {
    this.lastMessageMs = performance.now();
    if (typeof data !== 'string') {
      this.receivedBytes += data.byteLength;
      const packets = packetsOf(data);
      if (packets) this.hooks.onPackets(packets);
      else this.#socket.close();
      return;
    }
    const message = JSON.parse(data) as { type: string; tracks?: WatchTrack[]; media?: number; captured?: number };
    if (message.type === 'tracks') this.hooks.onTracks(message.tracks ?? []);
    else if (message.type === 'jump') this.hooks.onJump();
    else if (message.type === 'clock') this.hooks.onClock(message.media ?? 0, message.captured ?? 0);
    else if (message.type === 'no_clock') this.hooks.onNoClock();
  }
}
