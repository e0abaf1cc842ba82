import { sendThumbnail } from './live-api.js';
import type { Scope } from './scope.js';

// The feed shows what the live is about soon after it begins, and then what it has come to.
const FIRST_MS = 2000;
const EVERY_MS = 60_000;

export interface FeedPictureSource {
  /** A small picture of what the camera shows, or null when it shows nothing. */
  takePicture(): Promise<Blob | null>;
  /** Whether the link has room for it: on a weak one the live itself comes first. */
  hasRoom(): boolean;
}

/** Keeps the picture of a live in the feed up to date until the scope ends. */
export function keepFeedPicture(scope: Scope, liveId: number, source: FeedPictureSource): void {
  const send = async () => {
    if (!source.hasRoom()) return;
    const picture = await source.takePicture();
    if (picture) await sendThumbnail(liveId, picture, scope.signal);
  };
  scope.timeout(() => void send(), FIRST_MS);
  scope.interval(() => void send(), EVERY_MS);
}
