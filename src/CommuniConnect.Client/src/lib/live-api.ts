import { api, ApiError } from './api.js';

export type LiveStatus = 'waiting' | 'live' | 'interrupted' | 'ended';

export interface LiveInfo {
  readonly status: LiveStatus;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  /** Seconds. */
  readonly duration: number | null;
  readonly viewers: number;
  readonly peak_viewers: number;
  readonly messages_count: number;
}

/** Where a piece of a replay lies on the live's own timeline, that of its chat. */
export interface ReplayPiece {
  /** Seconds from the beginning of the replay. */
  readonly start: number;
  /** Seconds of the live; null for what was sent later: the live never showed it, and its clock stood still. */
  readonly live_start: number | null;
}

export interface Media {
  readonly id: number;
  readonly file_url: string;
  /** Bytes. */
  readonly file_size: number;
  /** Seconds. */
  readonly duration: number | null;
}

/** From the camera to the viewers' screens, in milliseconds. */
export interface ViewerDelay {
  readonly p50_ms: number;
  readonly p95_ms: number;
}

export interface LivePost {
  readonly id: number;
  readonly title: string;
  readonly content: string | null;
  readonly created_at?: string;
  readonly author: {
    readonly id: number;
    readonly first_name: string;
    readonly last_name: string;
    readonly quartier?: { readonly nom: string } | string | null;
  };
  readonly live: LiveInfo | null;
  readonly media_files: readonly Media[];
  readonly watch_url?: string | null;
  readonly replay_timeline?: readonly ReplayPiece[] | null;
  readonly ingest_url?: string | null;
  /** For the owner, while a viewer measures it. */
  readonly delay?: ViewerDelay | null;
  readonly reconnect_until?: string | null;
  /** What the moderator who stopped the live had to say. */
  readonly end_explanation?: string | null;
}

export interface StartedLive {
  readonly live_id: number;
  readonly ingest_url: string;
  readonly watch_url: string;
}

export interface StoppedLive {
  readonly message: string;
  readonly video_saved: boolean;
  readonly video_id: number | null;
  readonly video_url: string | null;
  readonly duration: number | null;
}

/** What live-chat announces on the document whenever the server tells it something about a live. */
export interface LiveStateDetail {
  readonly live_id: number;
  readonly status?: LiveStatus;
  readonly viewers?: number;
  readonly messages_count?: number;
  readonly reconnect_until?: string | null;
}

export function startLive(title: string, description: string): Promise<StartedLive> {
  return api('POST', '/api/posts/live/start/', { body: { title, description } });
}

/** Shows the feed what the camera shows. A live goes on without: nothing is said when it does not succeed. */
export async function sendThumbnail(id: number, picture: Blob, signal: AbortSignal): Promise<void> {
  const request = { method: 'PUT', body: picture, credentials: 'same-origin', signal } as const;
  await fetch(`/api/posts/live/${id}/thumbnail/`, request).catch(() => null);
}

export function fetchLive(id: number, signal?: AbortSignal): Promise<LivePost> {
  return api('GET', `/api/posts/live/${id}/`, signal ? { signal } : {});
}

/**
 * Stops a live. Stopping again is harmless, so a stop that got no answer is simply asked for again: a member who
 * pressed stop on a bad link must not be left on air.
 */
export async function stopLive(id: number, force: boolean, reason = '', retryMs = 1500): Promise<StoppedLive> {
  for (;;) {
    try {
      return await api('PUT', `/api/posts/live/${id}/stop/`, {
        body: { ...(force ? { force } : {}), ...(reason ? { reason } : {}) },
      });
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 0 && error.status < 500)) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

/** The name to show for a member. */
export function memberName(author: LivePost['author']): string {
  return `${author.first_name} ${author.last_name}`.trim();
}

/** The name of a member's quartier, however the server words it. */
export function quartierName(author: LivePost['author']): string {
  const quartier = author.quartier;
  return typeof quartier === 'string' ? quartier : (quartier?.nom ?? '');
}
