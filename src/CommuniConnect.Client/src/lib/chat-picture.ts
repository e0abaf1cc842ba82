import type { PicturePosition } from './chat-pace.js';

/** What the chat reads of the player beside it. */
interface Player extends HTMLElement {
  /** The live's recorded time on the screen, in seconds. */
  readonly mediaTimeSeconds?: number | null;
  readonly behindSeconds?: number | null;
}

/** Nothing to keep step with. */
export const NO_PICTURE: PicturePosition = { mediaSeconds: null, behindSeconds: 0, paused: false };

/** Where the viewer's picture of a live is. */
export function pictureOf(liveId: number): PicturePosition {
  const player = document.querySelector<Player>(`live-player[live-id="${liveId}"]`);
  if (!player) return NO_PICTURE;
  return {
    mediaSeconds: player.mediaTimeSeconds ?? null,
    behindSeconds: player.behindSeconds ?? 0,
    paused: player.dataset['state'] === 'paused',
  };
}
