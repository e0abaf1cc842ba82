import type { ChatMember, ChatRules } from './chat-message.js';
import { chatText } from './chat-texts.js';
import { lang } from './lang.js';

/** What a member may write just now. */
export interface WritingState {
  /** Why nothing can be written, or null. */
  readonly closed: string | null;
  /** A rule to know before writing, or ''. */
  readonly notice: string;
  /** Whole seconds until the next message in slow mode, 0 for now. */
  readonly waitSeconds: number;
}

/** A silence that lasts longer than any live is one for the whole live. */
const WHOLE_LIVE_MS = 30 * 24 * 3600 * 1000;

/** Words the rules of a room for one member. `lastSentMs` is when the member last wrote, on the clock of `nowMs`. */
export function writingState(room: ChatRules, member: ChatMember, lastSentMs: number | null, nowMs: number): WritingState {
  const t = chatText();
  const silencedMs = member.silenced_until === null ? 0 : Date.parse(member.silenced_until);
  let closed: string | null = null;
  if (member.banned) closed = t.banned;
  else if (silencedMs > nowMs + WHOLE_LIVE_MS) closed = t.silencedAll;
  else if (silencedMs > nowMs) closed = t.silenced(new Date(silencedMs).toLocaleTimeString(lang(), { hour: '2-digit', minute: '2-digit' }));
  else if (room.closed && !member.can_moderate) closed = t.closed;
  const slow = member.can_moderate ? 0 : room.slow_seconds;
  const leftMs = slow > 0 && lastSentMs !== null ? lastSentMs + slow * 1000 - nowMs : 0;
  const notices = [
    { everyone: '', quartier: t.onlyQuartier, followers: t.onlyFollowers }[room.audience],
    slow > 0 ? t.slow(slow) : '',
  ];
  return {
    closed,
    notice: member.can_moderate ? '' : notices.filter((notice) => notice !== '').join(' '),
    waitSeconds: Math.max(0, Math.ceil(leftMs / 1000)),
  };
}
