import { fetchLive, type LivePost, type LiveStateDetail } from './live-api.js';
import type { Scope } from './scope.js';

const POLL_MS = 5000;

/** What changed about a live; a field that is absent has not been heard of. */
export type LiveChange = Omit<LiveStateDetail, 'live_id'> & { readonly post?: LivePost };

/**
 * Follows a live: hears the chat's announcements, and asks the server itself every five seconds when they fall silent
 * (no chat on the page, or its connection is down).
 */
export function watchLive(scope: Scope, liveId: number, onChange: (change: LiveChange) => void): void {
  let heardMs = -Infinity;
  scope.listen<CustomEvent<LiveStateDetail>>(document, 'live-state', ({ detail }) => {
    if (Number(detail?.live_id) !== liveId) return;
    heardMs = performance.now();
    onChange(detail);
  });
  let asking = false;
  scope.interval(async () => {
    if (asking || performance.now() - heardMs < POLL_MS) return;
    asking = true;
    try {
      const post = await fetchLive(liveId, scope.signal);
      if (scope.signal.aborted) return;
      onChange({ ...changeOf(post), post });
    } catch {
      // Offline or gone: the next round asks again, and what is on the page stays.
    } finally {
      asking = false;
    }
  }, POLL_MS);
}

/** A fetched post, worded as a change. */
export function changeOf(post: LivePost): LiveChange {
  const { live } = post;
  if (!live) return {};
  return {
    status: live.status,
    viewers: live.viewers,
    messages_count: live.messages_count,
    ...(post.reconnect_until !== undefined && { reconnect_until: post.reconnect_until }),
  };
}
