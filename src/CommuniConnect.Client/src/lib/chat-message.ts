import type { LiveStatus } from './live-api.js';

export type ChatType = 'text' | 'emoji' | 'reaction';

/** A saved message, as hub and REST tell it. */
export interface ChatMessage {
  /** Its number within the live: 1, 2, 3… */
  readonly id: number;
  readonly content: string;
  readonly timestamp: string;
  readonly type: ChatType;
  readonly reply_to: number | null;
  readonly author: {
    readonly id: number;
    readonly first_name: string;
    readonly last_name: string;
    readonly profile_picture: string | null;
  };
  /** Recorded time of the live when it was said, in seconds: its place in the replay. */
  readonly media_time: number;
  /** What its sender called it; told to its sender only. */
  readonly client_id?: string;
  /** When its author last corrected it. */
  readonly edited_at?: string | null;
  /** Ids of the members whose names stand in it behind an @. */
  readonly mentions?: readonly number[];
}

/** A message on its way. */
export interface ChatDraft {
  readonly client_id: string;
  readonly content: string;
  readonly type: ChatType;
  readonly reply_to: number | null;
  /** What its author was seeing, in seconds of the live. */
  readonly seen_media_time?: number | null;
}

/** What the server says to a draft that a moderator has to read first. */
export interface HeldMessage {
  readonly held: true;
  readonly held_id: number;
  readonly content: string;
  readonly timestamp: string;
  readonly author: ChatMessage['author'];
  readonly client_id?: string;
}

/** The rules of a room, the same for everybody. */
export interface ChatRules {
  readonly closed: boolean;
  readonly slow_seconds: number;
  readonly audience: 'everyone' | 'quartier' | 'followers';
  readonly hold_first: boolean;
  readonly hold_links: boolean;
  readonly pinned: ChatMessage | null;
}

/** What the reader may do in a room. */
export interface ChatMember {
  readonly can_moderate: boolean;
  readonly is_owner: boolean;
  readonly banned: boolean;
  readonly silenced_until: string | null;
  /** Members whose messages this reader does not want. */
  readonly blocked: readonly number[];
  /** How many messages wait for a moderator; null unless one can moderate. */
  readonly held_count: number | null;
}

/** What holds until the room has said its rules. */
export const OPEN_ROOM: ChatRules = {
  closed: false, slow_seconds: 0, audience: 'everyone', hold_first: false, hold_links: false, pinned: null,
};
export const NO_RIGHTS: ChatMember = {
  can_moderate: false, is_owner: false, banned: false, silenced_until: null, blocked: [], held_count: null,
};

/** How often each emoji was sent. */
export type ReactionCounts = Readonly<Record<string, number>>;

export interface ChatState {
  readonly live_id: number;
  readonly status: LiveStatus;
  readonly viewers: number;
  readonly peak_viewers: number;
  readonly messages_count: number;
  /** Seconds. */
  readonly duration: number;
  readonly started_at: string | null;
  readonly reconnect_until: string | null;
}

/** One item of the hub's stream. */
export type RoomUpdate =
  | { readonly type: 'messages'; readonly messages: readonly ChatMessage[]; readonly messages_count: number; readonly revision: number }
  | { readonly type: 'changed'; readonly messages: readonly ChatMessage[]; readonly revision: number }
  | { readonly type: 'removed'; readonly ids: readonly number[]; readonly messages_count: number; readonly revision: number }
  | { readonly type: 'state'; readonly state: ChatState }
  | { readonly type: 'room'; readonly room: ChatRules }
  | { readonly type: 'member'; readonly member: ChatMember }
  | { readonly type: 'reactions'; readonly added: ReactionCounts; readonly totals: ReactionCounts };

export const MAX_CHARACTERS = 500;

/** Characters as the server counts them: composed (NFC) Unicode scalar values, without the blanks around. */
export function countCharacters(content: string): number {
  return [...content.normalize('NFC').trim()].length;
}

/** A name for a new message. Not crypto.randomUUID: that exists on secure pages only. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function authorName(message: ChatMessage): string {
  return `${message.author.first_name} ${message.author.last_name}`.trim();
}
