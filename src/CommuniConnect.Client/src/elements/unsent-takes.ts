import { ApiError } from '../lib/api.js';
import { BackFill } from '../lib/back-fill.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { bytes } from '../lib/format.js';
import { lang } from '../lib/lang.js';
import { fetchLive, type LivePost } from '../lib/live-api.js';
import type { TakeBytes } from '../lib/take-bytes.js';
import { text } from '../lib/texts.js';
import { UnsentTakes } from '../lib/unsent-takes.js';
import type { UploadBacklog } from './upload-backlog.js';
import './upload-backlog.js';

/**
 * Adds to the replays of a member's lives what this browser has kept of them, or says of a live that is still open that
 * it can be gone on with. Attribute: `me-id`. Event on the document: `replay-grew` {live_id}.
 */
export class UnsentTakesView extends ScopedElement {
  protected mount(): void {
    this.classList.add('unsent-takes');
    void this.#look();
  }

  async #look(): Promise<void> {
    const unsent = await UnsentTakes.open(Number(this.getAttribute('me-id')), this.scope);
    for (const [liveId, waitingBytes] of await unsent.lives()) {
      try {
        const post = await fetchLive(liveId, this.scope.signal);
        if (post.live?.status !== 'ended') this.#offerResume(post, waitingBytes);
        else this.#add(unsent, post, await unsent.adopt(liveId));
      } catch (error) {
        // A live that was deleted wants nothing any more; of all else the next visit will hear.
        if (error instanceof ApiError && error.status === 404) await unsent.forget(liveId);
      }
    }
    await unsent.tidy();
  }

  /** The studio takes what was kept along when it goes on with the live. */
  #offerResume(post: LivePost, waitingBytes: number): void {
    if (document.querySelector('live-studio')) return;
    this.append(h('div', { class: 'unsent-take' },
      h('p', { role: 'status' }, text().backlogOpen(post.title, bytes(waitingBytes, lang()))),
      h('a', { class: 'button primary', href: '/studio' }, text().resumeLive)));
  }

  #add(unsent: UnsentTakes, post: LivePost, takes: readonly TakeBytes[]): void {
    if (takes.length === 0) return;
    const t = text();
    const waiting = takes.reduce((sum, take) => sum + take.waitingBytes, 0);
    const words = h('p', { role: 'status' }, t.backlogLeft(post.title, bytes(waiting, lang())));
    const bar = h('upload-backlog' as 'div', { hidden: true }) as unknown as UploadBacklog;
    const button = h('button', { type: 'button', class: 'button primary' }, t.backlogSend);
    const box = h('div', { class: 'unsent-take' }, words, bar, button);
    this.append(box);
    let refused: string | null = null;
    let paused = true;
    let begun = false;
    const backFill = new BackFill(post.id, {
      mayRun: () => !paused,
      liveQueueMs: () => null,
      onProgress: () => {
        bar.show(backFill.progress);
        if (begun && backFill.idle) void this.#added(unsent, post.id, box, refused);
      },
      onRefused: (detail) => (refused = detail || t.backlogRefused),
    });
    const pause = (now: boolean) => {
      paused = now;
      bar.hidden = now;
      button.textContent = now ? t.backlogSend : t.backlogLater;
    };
    this.scope.onDispose(() => backFill.dispose());
    this.scope.listen(button, 'click', () => pause(!paused));
    for (const take of takes) backFill.add(take);
    begun = true;
    // Who pays for every megabyte is asked first.
    const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
    pause(connection?.saveData === true);
  }

  async #added(unsent: UnsentTakes, liveId: number, box: HTMLElement, refused: string | null): Promise<void> {
    box.replaceChildren(h('p', { role: refused === null ? 'status' : 'alert' }, refused ?? text().backlogDone));
    document.dispatchEvent(new CustomEvent('replay-grew', { detail: { live_id: liveId } }));
    await unsent.tidy();
  }
}

define('unsent-takes', UnsentTakesView);
