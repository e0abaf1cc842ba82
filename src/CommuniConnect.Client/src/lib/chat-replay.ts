import { api } from './api.js';
import type { ChatLog } from './chat-log.js';
import type { ChatMessage } from './chat-message.js';
import { chatText } from './chat-texts.js';
import type { Scope } from './scope.js';

const PAGE_LENGTH = 500;
/** More than this at once is a jump of the position, not what was said meanwhile. */
const JUMP = 100;

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

/** When people wrote: instants on the live's clock and how many messages. */
export async function fetchMoments(liveId: number, signal: AbortSignal): Promise<[liveSeconds: number, count: number][]> {
  return (await fetchHistory(liveId, signal)).map((message) => [message.media_time, 1]);
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
  log.backWords = () => chatText().sync;
  log.replace(history);
  scope.listen<CustomEvent<{ live_id?: number; live_seconds: number }>>(document, 'replay-time', ({ detail }) => {
    if (detail.live_id !== undefined && detail.live_id !== liveId) return;
    const until = countUntil(history, detail.live_seconds);
    if (until === shown) return;
    if (until > shown && until - shown < JUMP) log.add(history.slice(shown, until));
    else log.replace(history.slice(0, until));
    shown = until;
  });
}
