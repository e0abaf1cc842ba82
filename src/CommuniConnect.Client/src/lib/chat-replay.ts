import { api } from './api.js';
import type { ChatLog } from './chat-log.js';
import type { ChatMessage } from './chat-message.js';
import type { Scope } from './scope.js';

const PAGE_LENGTH = 500;
/** Entries drawn when the position jumps. */
const WINDOW = 300;

/** Everything said in a live, oldest first. */
export async function fetchHistory(liveId: number, signal: AbortSignal): Promise<ChatMessage[]> {
  const all: ChatMessage[] = [];
  for (;;) {
    const after = all.at(-1)?.id ?? 0;
    const path = `/api/posts/live/${liveId}/chat/messages/?after=${after}&limit=${PAGE_LENGTH}`;
    const page = await api<ChatMessage[]>('GET', path, { signal });
    all.push(...page);
    if (page.length < PAGE_LENGTH) return all;
  }
}

/** How many messages had been said at a position; `messages` are in the order of their numbers. */
export function countUntil(messages: readonly ChatMessage[], seconds: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.media_time ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Shows the messages as the replay goes; all of them until it has moved for the first time. */
export function followReplay(scope: Scope, liveId: number, history: readonly ChatMessage[], log: ChatLog): void {
  let shown = history.length;
  log.replace(history.slice(-WINDOW));
  scope.listen<CustomEvent<{ live_id?: number; live_seconds: number }>>(document, 'replay-time', ({ detail }) => {
    if (detail.live_id !== undefined && detail.live_id !== liveId) return;
    const until = countUntil(history, detail.live_seconds);
    if (until >= shown && until - shown < WINDOW) log.append(history.slice(shown, until));
    else log.replace(history.slice(Math.max(0, until - WINDOW), until));
    shown = until;
  });
}
