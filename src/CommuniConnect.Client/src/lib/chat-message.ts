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
  /** Recorded time of the live when it was said, in seconds. */
  readonly media_time: number;
  /** What its sender called it; told to its sender only. */
  readonly client_id?: string;
  /** When its author last corrected it. */
  readonly edited_at?: string | null;
  /** Names that stand in it behind an @. */
  readonly mentions?: readonly string[];
}

/** A message on its way. */
export interface ChatDraft {
  readonly client_id: string;
  readonly content: string;
  readonly type: ChatType;
  readonly reply_to: number | null;
}

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
  | { readonly type: 'messages'; readonly messages: readonly ChatMessage[]; readonly messages_count: number }
  | { readonly type: 'state'; readonly state: ChatState };

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
