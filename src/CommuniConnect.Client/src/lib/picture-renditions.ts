import type { Packet } from './packet.js';
import type { PictureTrack } from './picture-track.js';
import type { Rendition, WatchTrack } from './watch-socket.js';

/** The pictures of a live that are sent in turns. Decoded is the one whose keyframe came last. */
export class PictureRenditions {
  #tracks: readonly WatchTrack[] = [];
  #current: WatchTrack | null = null;

  constructor(private readonly picture: PictureTrack) {}

  /** Whether there is a small picture to choose. */
  get hasSmall(): boolean {
    return this.#tracks.some(isSmall);
  }

  /** What is decoded now. */
  get shown(): Rendition {
    return this.#current && isSmall(this.#current) ? 'small' : 'main';
  }

  /** Another connection begins: its tracks are decoded anew. */
  reset(): void {
    this.#tracks = [];
    this.#current = null;
  }

  /** Takes the tracks of what follows; that the small one comes or goes disturbs nothing. */
  configure(tracks: readonly WatchTrack[]): void {
    const before = this.#tracks.find(isMain);
    this.#tracks = tracks.filter((track) => track.kind === 'video');
    const main = this.#tracks.find(isMain) ?? null;
    if (before && main && isAlike(before, main)) return;
    this.#current = main;
    this.picture.configure(main);
  }

  decode(packet: Packet): void {
    if (packet.track !== this.#current?.number) {
      const next = this.#tracks.find((track) => track.number === packet.track);
      if (!next || !packet.isKeyframe) return;
      // A decoder goes on with a keyframe of another size, and shows what is still in it.
      if (!this.#current || !isAlike(this.#current, next)) this.picture.configure(next);
      this.#current = next;
    }
    this.picture.decode(packet);
  }
}

function isSmall(track: WatchTrack): boolean {
  return track.rendition === 'small';
}

function isMain(track: WatchTrack): boolean {
  return !isSmall(track);
}

/** Whether a decoder made for one of them can go on with the other. */
function isAlike(one: WatchTrack, other: WatchTrack): boolean {
  return one.codec === other.codec && one.description === other.description;
}
