import { sentence, serverNowMs } from '../lib/api.js';
import { AUDIO_BITS_PER_SECOND, type PictureSize } from '../lib/capture.js';
import { Broadcast } from '../lib/broadcast.js';
import { CountStat } from '../lib/count-stat.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { canEncode, encoderFactory } from '../lib/encoder-choice.js';
import { bytes } from '../lib/format.js';
import { lang } from '../lib/lang.js';
import { fetchLive, sendThumbnail, startLive, stopLive, type LivePost } from '../lib/live-api.js';
import { changeOf, watchLive, type LiveChange } from '../lib/live-watch.js';
import { Scope } from '../lib/scope.js';
import { ServerClock } from '../lib/server-clock.js';
import { text } from '../lib/texts.js';
import { viewerDelay } from '../lib/viewer-delay.js';
import { keepAwake } from '../lib/wake-lock.js';
import type { CapturePanel } from './capture-panel.js';
import './capture-panel.js';
import './live-badge.js';
import type { ReplayPlayer } from './replay-player.js';
import './replay-player.js';
import type { StopDialog } from './stop-dialog.js';
import './stop-dialog.js';
import { StudioForm } from './studio-form.js';
import type { UploadHealthView } from './upload-health.js';
import './upload-health.js';

const HEALTH_MS = 500;
// The feed shows what the live is about soon after it begins, and then what it has come to.
const FIRST_PICTURE_MS = 2000;
const PICTURE_MS = 60_000;
const FOLLOW_MS = 100;

/**
 * Where a member goes live. Attributes: `me-id`, `quartier-ok` ("false" when the member has none), `resume-live-id`.
 * Events: `studio-live` {live_id}, `studio-ended` {live_id}.
 */
export class LiveStudio extends ScopedElement {
  readonly #panel = h('capture-panel' as 'div') as unknown as CapturePanel;
  readonly #dialog = h('stop-dialog' as 'div') as unknown as StopDialog;
  readonly #health = h('upload-health' as 'div', { hidden: true }) as unknown as UploadHealthView;
  readonly #alert = h('p', { class: 'alert error', role: 'alert', hidden: true });
  readonly #progress = h('p', { class: 'studio-progress', role: 'status', hidden: true });
  readonly #actions = h('div', { class: 'post-actions', hidden: true });
  readonly #main = h('section', { class: 'studio-main' });
  readonly #viewers = new CountStat('viewers');
  readonly #messages = new CountStat('messages');
  readonly #form = new StudioForm();
  #live: { id: number; broadcast: Broadcast; scope: Scope } | null = null;
  #badge: HTMLElement | null = null;
  #reconnectUntil: string | null = null;
  #stopping = false;
  #forced = false;

  protected mount(): void {
    const { scope } = this;
    this.classList.add('studio');
    this.#main.replaceChildren(this.#panel, this.#alert, this.#health, this.#progress, this.#actions, this.#form.element);
    this.replaceChildren(this.#main, this.#dialog);
    this.#panel.beforeSwitch = () => this.#live?.broadcast.endTake() ?? Promise.resolve();
    scope.listen<CustomEvent<{ stream: MediaStream; size: PictureSize }>>(this.#panel, 'capture-changed', () => this.#sendTake());
    scope.listen(this.#form.element, 'submit', (event) => {
      event.preventDefault();
      void this.#start();
    });
    scope.onDispose(() => this.#leaveLive());
    if (this.getAttribute('quartier-ok') === 'false') {
      this.#showProblem(text().quartierMissing);
      this.#form.disabled = true;
    }
    const resumeId = Number(this.getAttribute('resume-live-id'));
    if (resumeId > 0) void this.#offerResume(resumeId);
  }

  async #start(): Promise<void> {
    const { title, description } = this.#form;
    if (!this.#form.check()) return;
    if (!canEncode) return this.#showProblem(text().recorderMissing);
    if (!this.#panel.stream) {
      await this.#panel.open();
      if (!this.#panel.stream) return;
    }
    this.#form.busy = true;
    this.#alert.hidden = true;
    try {
      const started = await startLive(title, description);
      this.#goLive(started.live_id, started.ingest_url, title);
    } catch (error) {
      this.#showProblem(sentence(error));
    } finally {
      this.#form.busy = false;
    }
  }

  /** The owner came back to a live that is still open: it waits for a new take. */
  async #offerResume(liveId: number): Promise<void> {
    let post: LivePost;
    try {
      post = await fetchLive(liveId, this.scope.signal);
    } catch (error) {
      if (!this.scope.signal.aborted) this.#showProblem(sentence(error));
      return;
    }
    if (post.live?.status === 'ended' || !post.ingest_url) return;
    this.#form.element.hidden = true;
    // Above the picture: it is the first thing to decide on this page.
    this.#panel.before(this.#progress, this.#actions);
    this.#progress.textContent = text().resumeExplained(post.title);
    this.#progress.hidden = false;
    this.#offerActions(liveId, async () => {
      await this.#panel.open();
      if (!this.#panel.stream) return;
      // Asked again: since the page was opened the live may have ended.
      const now = await fetchLive(liveId, this.scope.signal);
      if (now.live?.status === 'ended' || !now.ingest_url) return this.#showReplay(now);
      this.#goLive(liveId, now.ingest_url, now.title);
      this.#change({ ...changeOf(now), post: now });
    });
  }

  #goLive(liveId: number, ingestUrl: string, title: string): void {
    const scope = this.scope.child();
    const serverClock = new ServerClock();
    serverClock.keep(scope);
    const hooks = {
      onEnded: (reason: string, detail: string) => void this.#endedByServer(reason, detail),
      onTakeFailed: (detail: string) => this.#takeFailed(liveId, detail),
      onUnreachable: () => void this.#checkStillOpen(liveId),
    };
    const broadcast = new Broadcast(ingestUrl, encoderFactory(), hooks, serverClock);
    this.#live = { id: liveId, broadcast, scope };
    this.dataset['state'] = 'live';
    this.classList.add('live-layout');
    this.#badge = h('live-badge' as 'span');
    // Until the server says since when, the live began now.
    this.#badge.setAttribute('started-at', new Date(serverNowMs()).toISOString());
    this.#panel.overlay.replaceChildren(this.#badge, this.#viewers.element, this.#messages.element);
    this.#form.element.hidden = true;
    this.#alert.hidden = true;
    this.#progress.hidden = true;
    this.#health.hidden = false;
    this.#main.querySelector('.live-title')?.remove();
    // What a broadcaster looks for in a hurry stays on the first screen: the way to stop.
    this.#panel.foldSettings();
    this.#main.querySelector('.viewer-delay')?.remove();
    this.#panel.after(this.#progress, this.#actions, this.#health, viewerDelay(scope, liveId), h('h1', { class: 'live-title' }, title));
    this.#offerActions(liveId, null);
    this.querySelector('live-chat')?.remove();
    this.append(h('live-chat' as 'div', { 'live-id': liveId, 'me-id': this.getAttribute('me-id') }));

    keepAwake(scope);
    scope.listen<BeforeUnloadEvent>(window, 'beforeunload', (event) => event.preventDefault());
    scope.interval(() => {
      this.#health.hidden = !broadcast.active;
      this.#health.show(broadcast.health(performance.now()), this.#reconnectUntil);
    }, HEALTH_MS);
    const showInFeed = () => void this.#showInFeed(liveId, broadcast, scope);
    scope.timeout(showInFeed, FIRST_PICTURE_MS);
    scope.interval(showInFeed, PICTURE_MS);
    scope.interval(() => broadcast.followUplink(), FOLLOW_MS);
    watchLive(scope, liveId, (change) => this.#change(change));
    this.#sendTake();
    // The button that was pressed is far below the picture, where the live is now to be seen.
    this.scrollIntoView({ block: 'start' });
    this.emit('studio-live', { live_id: liveId });
  }

  async #showInFeed(liveId: number, broadcast: Broadcast, scope: Scope): Promise<void> {
    // On a weak link the live itself comes first.
    if (broadcast.health(performance.now()).level !== 'good') return;
    const picture = await this.#panel.takePicture();
    if (picture) await sendThumbnail(liveId, picture, scope.signal);
  }

  #sendTake(): void {
    const { stream, size } = this.#panel;
    if (!this.#live || this.#stopping || !stream) return;
    this.#live.broadcast.begin(stream, {
      videoBitsPerSecond: size.videoBitsPerSecond,
      audioBitsPerSecond: AUDIO_BITS_PER_SECOND,
    });
  }

  #change(change: LiveChange): void {
    if (change.viewers !== undefined) this.#viewers.value = change.viewers;
    if (change.messages_count !== undefined) this.#messages.value = change.messages_count;
    if (change.reconnect_until !== undefined) this.#reconnectUntil = change.reconnect_until;
    const started = change.post?.live?.started_at;
    if (started) this.#badge?.setAttribute('started-at', started);
    if (change.status === 'ended' && !this.#stopping) void this.#endedByServer('stopped', '');
  }

  async #checkStillOpen(liveId: number): Promise<void> {
    try {
      const post = await fetchLive(liveId, this.#live?.scope.signal);
      this.#change({ ...changeOf(post), post });
    } catch {
      // No network at all: the upload itself keeps trying.
    }
  }

  #takeFailed(liveId: number, detail: string): void {
    this.#showProblem(detail || text().takeFailed);
    if (this.#stopping) return;
    this.#offerActions(liveId, async () => {
      this.#alert.hidden = true;
      this.#offerActions(liveId, null);
      this.#sendTake();
    });
  }

  /** Draws the buttons of an open live; `resume` adds the one that begins a new take. */
  #offerActions(liveId: number, resume: (() => Promise<void>) | null): void {
    const t = text();
    const buttons: HTMLButtonElement[] = [];
    const add = (label: string, kind: string, run: () => Promise<void>) => {
      const button = h('button', { type: 'button', class: `button ${kind}` }, label);
      this.scope.listen(button, 'click', () => void run().catch((error) => this.#showProblem(sentence(error))));
      buttons.push(button);
    };
    if (resume) add(t.resumeLive, 'primary', resume);
    add(t.stopLive, 'danger', () => this.#askStop(liveId));
    add(t.forceStop, 'quiet', () => this.#askForce(liveId));
    this.#actions.replaceChildren(...buttons);
    this.#actions.hidden = false;
  }

  async #askStop(liveId: number): Promise<void> {
    if (this.#stopping || !(await this.#dialog.ask(false))) return;
    this.#stopping = true;
    for (const button of this.#actions.querySelectorAll<HTMLButtonElement>('.danger, .primary')) button.disabled = true;
    const stopped = await this.#sendRest();
    // A forced stop may have overtaken this one while it was sending.
    if (stopped) await this.#stop(liveId, false);
  }

  async #askForce(liveId: number): Promise<void> {
    // Who already asked for a stop and is tired of waiting is not asked a second time.
    if (!this.#stopping && !(await this.#dialog.ask(true))) return;
    this.#stopping = true;
    this.#forced = true;
    this.#live?.broadcast.abandon();
    await this.#stop(liveId, true);
  }

  /** Sends everything recorded, telling how far it is; false when it was cut short by a forced stop. */
  async #sendRest(): Promise<boolean> {
    const live = this.#live;
    if (!live) return true;
    this.#progress.hidden = false;
    this.#progress.textContent = text().stoppingEncoder;
    const telling = live.scope.child();
    await live.broadcast.endTake();
    this.#panel.close();
    telling.interval(() => {
      const { waitingBytes } = live.broadcast.health(performance.now());
      this.#progress.textContent = text().stoppingUpload(bytes(waitingBytes, lang()));
    }, 200);
    await live.broadcast.finish();
    telling.dispose();
    // Whatever else ended the sending, the stop is still to be asked for.
    return !this.#forced;
  }

  async #stop(liveId: number, force: boolean): Promise<void> {
    this.#panel.close();
    this.#progress.hidden = false;
    this.#progress.textContent = text().stoppingSave;
    try {
      await stopLive(liveId, force);
      const post = await fetchLive(liveId);
      this.#showReplay(post);
    } catch (error) {
      this.#stopping = false;
      this.#forced = false;
      this.#offerActions(liveId, null);
      this.#progress.hidden = true;
      this.#showProblem(sentence(error));
    }
  }

  async #endedByServer(reason: string, detail: string): Promise<void> {
    const live = this.#live;
    if (!live || this.#stopping) return;
    this.#stopping = true;
    live.broadcast.abandon();
    this.#dialog.dismiss();
    this.#panel.close();
    this.#leaveLive();
    this.#actions.hidden = true;
    this.#showProblem(detail || (reason === 'replaced' ? text().replacedHere : text().liveStopped));
    if (reason === 'replaced') return;
    try {
      const post = await fetchLive(live.id, this.scope.signal);
      if (post.live?.status === 'ended') this.#showReplay(post, true);
    } catch {
      // The sentence above stays; the replay is on the live's own page.
    }
  }

  #showReplay(post: LivePost, keepAlert = false): void {
    this.#leaveLive();
    this.dataset['state'] = 'ended';
    this.#panel.remove();
    const replay = h('replay-player' as 'div') as unknown as ReplayPlayer;
    replay.show(post);
    this.#main.replaceChildren(replay);
    if (keepAlert) this.#main.prepend(this.#alert);
    this.emit('studio-ended', { live_id: post.id });
  }

  /** Ends everything that belongs to being live on this page. */
  #leaveLive(): void {
    this.#live?.broadcast.abandon();
    this.#live?.scope.dispose();
    this.#live = null;
    this.#health.hidden = true;
    this.#progress.hidden = true;
    this.#panel.overlay.replaceChildren();
  }

  #showProblem(words: string): void {
    this.#alert.textContent = words;
    this.#alert.hidden = false;
  }
}

define('live-studio', LiveStudio);
