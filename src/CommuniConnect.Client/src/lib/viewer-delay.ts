import { h } from './dom.js';
import { lang } from './lang.js';
import { fetchLive } from './live-api.js';
import type { Scope } from './scope.js';
import { text } from './texts.js';

const ASK_MS = 5000;

/** Tells the owner of a live how long after the camera the viewers see it; hidden while none of them measures it. */
export function viewerDelay(scope: Scope, liveId: number): HTMLElement {
  const element = h('p', { class: 'viewer-delay', hidden: true });
  scope.interval(async () => {
    try {
      const { delay } = await fetchLive(liveId, scope.signal);
      element.hidden = !delay;
      if (delay) element.textContent = text().viewerDelay(delay.p50_ms.toLocaleString(lang()), delay.p95_ms.toLocaleString(lang()));
    } catch {
      // Offline: the upload's own health says so.
    }
  }, ASK_MS);
  return element;
}
