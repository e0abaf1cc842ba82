import { ApiError, sentence } from '../lib/api.js';
import { byline } from '../lib/byline.js';
import { CountStat } from '../lib/count-stat.js';
import { focusHeading, h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { fetchLive, stopLive, type LivePost } from '../lib/live-api.js';
import { changeOf, watchLive, type LiveChange } from '../lib/live-watch.js';
import { pictureOrPatience } from '../lib/picture-or-patience.js';
import { text } from '../lib/texts.js';
import type { LivePlayer } from './live-player.js';
import './live-player.js';
import type { ReplayPlayer } from './replay-player.js';
import './replay-player.js';
import type { StopDialog } from './stop-dialog.js';
import './stop-dialog.js';

const RETRY_MS = 2000;

/**
 * A live's page: the player while it runs, the replay once it has ended, without a reload in between.
 * Attributes: `live-id`, `me-id`, `can-stop`; `watch-url` and `status` save a round trip before the player starts.
 */
export class LivePage extends ScopedElement {
  #liveId = 0;
  #post: LivePost | null = null;
  #player: LivePlayer | null = null;
  #replayShown = false;
  #stopping = false;
  readonly #about = h('div', { class: 'live-about' });
  readonly #alert = h('p', { class: 'alert error', role: 'alert', hidden: true });
  readonly #messages = new CountStat('messages');
  readonly #dialog = h('stop-dialog' as 'div') as unknown as StopDialog;

  protected mount(): void {
    this.#liveId = Number(this.getAttribute('live-id'));
    this.#replayShown = false;
    this.#player = null;
    const watchUrl = this.getAttribute('watch-url');
    if (watchUrl && this.getAttribute('status') !== 'ended') this.#showPlayer(watchUrl);
    else this.replaceChildren(h('div', { class: 'player placeholder' }, h('p', { class: 'player-status', role: 'status' }, text().loadingLive)));
    watchLive(this.scope, this.#liveId, (change) => this.#change(change));
    this.scope.listen<CustomEvent<{ post: LivePost }>>(this, 'live-ended', ({ detail }) => this.#showReplay(detail.post));
    this.scope.listen<CustomEvent<{ live_id: number }>>(document, 'replay-grew', ({ detail }) => {
      if (detail.live_id !== this.#liveId) return;
      // The longer replay takes the place of the one that is shown.
      this.#replayShown = false;
      void this.#fetch();
    });
    // The picture first, where it can be had without this.
    void pictureOrPatience().then(() => this.#fetch());
  }

  async #fetch(): Promise<void> {
    const { scope } = this;
    for (;;) {
      try {
        const post = await fetchLive(this.#liveId, scope.signal);
        if (scope.signal.aborted) return;
        this.#alert.hidden = true;
        this.#post = post;
        if (post.live?.status === 'ended') {
          this.#showReplay(post);
        } else {
          if (!this.#player && post.watch_url) this.#showPlayer(post.watch_url);
          this.#showAbout(post);
          this.#change({ ...changeOf(post), post });
        }
        return;
      } catch (error) {
        if (scope.signal.aborted) return;
        this.#showProblem(error);
        // An answer that says no will not change by asking again; silence may.
        if (error instanceof ApiError && error.status >= 400 && error.status < 500) return;
        await scope.sleep(RETRY_MS);
      }
    }
  }

  #change(change: LiveChange): void {
    if (change.post) this.#post = change.post;
    if (this.#replayShown) return;
    if (change.status === 'ended') {
      if (change.post) this.#showReplay(change.post);
      else void this.#fetch();
      return;
    }
    const player = this.#player;
    if (change.viewers !== undefined) player?.setAttribute('viewers', String(change.viewers));
    if (change.messages_count !== undefined) this.#messages.value = change.messages_count;
    if (change.status) player?.setAttribute('status', change.status);
    const started = this.#post?.live?.started_at;
    if (started) player?.setAttribute('started-at', started);
    // The first media arrived after the page: only the server knows since when.
    else if (change.status === 'live' && !change.post) void this.#fetch();
  }

  #showPlayer(watchUrl: string): void {
    this.#player = h('live-player' as 'div', {
      'live-id': this.#liveId, 'watch-url': watchUrl, status: this.getAttribute('status'),
    }) as unknown as LivePlayer;
    const title = this.querySelector('h1'); // as the server wrote it: it stands until there is more to say about the live
    if (title) this.#about.replaceChildren(title);
    this.replaceChildren(this.#player, this.#alert, this.#about, this.#dialog);
  }

  #showAbout(post: LivePost): void {
    const t = text();
    const children: Node[] = [
      h('h1', { class: 'live-title' }, post.title),
      byline(post),
      h('p', { class: 'stats' }, this.#messages.element),
    ];
    if (post.content) children.push(h('p', { class: 'live-content' }, post.content));
    if (this.hasAttribute('can-stop') && this.getAttribute('can-stop') !== 'false') {
      const stop = h('button', { type: 'button', class: 'button danger' }, t.stopLive);
      const force = h('button', { type: 'button', class: 'button quiet' }, t.forceStop);
      this.scope.listen(stop, 'click', () => void this.#stop(false));
      this.scope.listen(force, 'click', () => void this.#stop(true));
      children.push(h('div', { class: 'post-actions' }, stop, force));
    }
    this.#about.replaceChildren(...children);
  }

  async #stop(force: boolean): Promise<void> {
    if (this.#stopping) return;
    const isOwn = this.getAttribute('me-id') === String(this.#post?.author.id);
    const answer = await this.#dialog.ask(force, !isOwn);
    if (!answer) return;
    this.#stopping = true;
    const buttons = this.#about.querySelectorAll('button');
    for (const button of buttons) button.disabled = true;
    try {
      await stopLive(this.#liveId, force, answer.reason);
      await this.#fetch();
    } catch (error) {
      this.#showProblem(error);
      for (const button of buttons) button.disabled = false;
    } finally {
      this.#stopping = false;
    }
  }

  #showReplay(post: LivePost): void {
    if (this.#replayShown) return;
    this.#replayShown = true;
    this.#post = post;
    const { activeElement } = document; // the body is that of a button which was disabled
    const hadFocus = this.contains(activeElement) || (this.#stopping && activeElement === document.body);
    this.#dialog.dismiss();
    const replay = h('replay-player' as 'div') as unknown as ReplayPlayer;
    replay.show(post, this.#player?.replayStart ?? null);
    this.replaceChildren(replay);
    if (hadFocus) focusHeading(replay);
    this.#player = null;
  }

  #showProblem(error: unknown): void {
    this.#alert.textContent = sentence(error);
    this.#alert.hidden = false;
    if (!this.#alert.isConnected) this.replaceChildren(this.#alert);
  }
}

define('live-page', LivePage);
