import { api } from './api.js';
import type { ChatMember, ChatMessage, ChatRules, ReactionCounts } from './chat-message.js';

/** A member as completion and moderation name them. */
export interface MemberName {
  readonly id: number;
  readonly username: string;
  readonly first_name: string;
  readonly last_name: string;
}

/** How much was written and how often people reacted in each of the equally long pieces of a live. */
export interface ChatDensity {
  readonly duration: number;
  readonly bucket_seconds: number;
  readonly messages: readonly number[];
  readonly reactions: readonly number[];
}

/** One emoji in one second of a live. */
export interface ReactionMoment {
  readonly media_time: number;
  readonly emoji: string;
  readonly count: number;
}

/** Where a live's chat is. */
export function chatPath(liveId: number): string {
  return `/api/posts/live/${liveId}/chat/`;
}

/** The rules of a room and what the reader may do in it. */
export function fetchRoom(liveId: number, signal: AbortSignal): Promise<{ room: ChatRules; member: ChatMember; reactions: ReactionCounts }> {
  return api('GET', chatPath(liveId), { signal });
}

/** The newest messages. */
export function fetchNewest(liveId: number, limit: number, signal: AbortSignal): Promise<ChatMessage[]> {
  return api('GET', `${chatPath(liveId)}messages/?limit=${limit}`, { signal });
}

/** What was said before a message. */
export function fetchBefore(liveId: number, id: number, limit: number, signal: AbortSignal): Promise<ChatMessage[]> {
  return api('GET', `${chatPath(liveId)}messages/?before=${id}&limit=${limit}`, { signal });
}

/** What was said after a message. */
export function fetchAfter(liveId: number, id: number, limit: number, signal: AbortSignal): Promise<ChatMessage[]> {
  return api('GET', `${chatPath(liveId)}messages/?after=${id}&limit=${limit}`, { signal });
}

/** What was said around an instant of the live: half before, half from there on. */
export function fetchAround(liveId: number, seconds: number, limit: number, signal: AbortSignal): Promise<ChatMessage[]> {
  return api('GET', `${chatPath(liveId)}messages/?at=${seconds.toFixed(3)}&limit=${limit}`, { signal });
}

export function fetchDensity(liveId: number, pieces: number, signal: AbortSignal): Promise<ChatDensity> {
  return api('GET', `${chatPath(liveId)}density/?buckets=${pieces}`, { signal });
}

/** The reactions of a stretch of the live. */
export function fetchReactions(liveId: number, from: number, to: number, signal: AbortSignal): Promise<ReactionMoment[]> {
  return api('GET', `${chatPath(liveId)}reactions/?from=${from}&to=${to}`, { signal });
}

/** Members who may be meant by these letters. */
export function searchMembers(liveId: number, letters: string, signal: AbortSignal): Promise<MemberName[]> {
  return api('GET', `${chatPath(liveId)}members/?search=${encodeURIComponent(letters)}`, { signal });
}

/** Another wording for a message of one's own. */
export function editMessage(liveId: number, id: number, content: string): Promise<ChatMessage> {
  return api('PUT', `${chatPath(liveId)}messages/${id}/`, { body: { content } });
}
