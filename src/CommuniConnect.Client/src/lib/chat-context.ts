import type { ChatMember, ChatMessage, ChatRules } from './chat-message.js';
import type { Scope } from './scope.js';

/** What a chat lends to its parts that are loaded when they are asked for. */
export interface ChatContext {
  readonly scope: Scope;
  readonly liveId: number;
  readonly meId: number;
  readonly room: ChatRules;
  readonly member: ChatMember;
  /** Whether new messages can still be written. */
  readonly live: boolean;
  /** The server's time, in milliseconds since 1970. */
  readonly nowMs: number;
  /** A sentence for the reader. */
  say(sentence: string): void;
  /** Takes messages off the page, before the server says it to everybody. */
  removed(ids: readonly number[]): void;
  /** Puts a message back. */
  restored(message: ChatMessage): void;
  /** Opens a message of one's own for correction. */
  correct(message: ChatMessage): void;
  /** Shows other rules, before the server says them to everybody. */
  roomChanged(room: ChatRules): void;
  /** Members whose messages the reader does not want any more. */
  blocked(memberId: number): void;
}
