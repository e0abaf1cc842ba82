import { sentence, serverNowMs } from '../lib/api.js';
import type { PictureSize } from '../lib/capture.js';
import { Broadcast } from '../lib/broadcast.js';
import { CountStat } from '../lib/count-stat.js';
import { focusHeading, h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { canEncode, encoderFactory } from '../lib/encoder-choice.js';
import { keepFeedPicture } from '../lib/feed-picture.js';
import { fetchLive, startLive, stopLive, type LivePost } from '../lib/live-api.js';
import { changeOf, watchLive, type LiveChange } from '../lib/live-watch.js';
import { Scope } from '../lib/scope.js';
import { ServerClock } from '../lib/server-clock.js';
import { text } from '../lib/texts.js';
import { UnsentTakes } from '../lib/unsent-takes.js';
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
import type { StopWait } from './stop-wait.js';
import './stop-wait.js';
import type { UploadBacklog } from './upload-backlog.js';
import './upload-backlog.js';
import type { UploadHealthView } from './upload-health.js';
import './upload-health.js';

const HEALTH_MS = 500;
// What the server waits for a publisher unless it says otherwise.
const RECONNECT_SECONDS = 90;

/**
 * Where a member goes live. Attributes: `me-id`, `quartier-ok` ("false" when the member has none), `resume-live-id`,
 * `reconnect-seconds` (how long the server waits for one who is cut off).
 * Events: `studio-live` {live_id}, `studio-ended` {live_id}.
 */
export class LiveStudio extends ScopedElement {
  readonly #panel = h('capture-panel' as 'div') as unknown as CapturePanel;
  readonly #dialog = h('stop-dialog' as 'div') as unknown as StopDialog;
  readonly #health = h('upload-health' as 'div', { hidden: true }) as unknown as UploadHealthView;
  readonly #alert = h('p', { class: 'alert error', role: 'alert', hidden: true });
  readonly #note = h('p', { class: 'studio-note', role: 'status', hidden: true });
  readonly #backlog = h('upload-backlog' as 'div', { hidden: true }) as unknown as UploadBacklog;
  readonly #stopWait = h('stop-wait' as 'div') as unknown as StopWait;
  readonly #progress = h('p', { class: 'studio-progress', role: 'status', hidden: true });
  readonly #actions = h('div', { class: 'post-actions', hidden: true });
  readonly #main = h('section', { class: 'studio-main' });
  readonly #viewers = new CountStat('viewers');
  readonly #messages = new CountStat('messages');
  readonly #form = new StudioForm();
  #live: { id: number; broadcast: Broadcast; scope: Scope } | null = null;
  #unsent: Promise<UnsentTakes> | null = null;
  #replay: ReplayPlayer | null = null;
  #badge: HTMLElement | null = null;
  #reconnectUntil: string | null = null;
  #stopping = false;
  #forced = false;

  protected mount(): void {
    const { scope } = this;
    this.classList.add('studio');
    this.#main.replaceChildren(this.#panel, this.#alert, this.#health, this.#note, this.#backlog, this.#progress, this.#stopWait, this.#actions, this.#form.element);
    this.replaceChildren(this.#main, this.#dialog);
    this.#panel.beforeSwitch = () => this.#live?.broadcast.endTake() ?? Promise.resolve();
    scope.listen<CustomEvent<{ stream: MediaStream; size: PictureSize }>>(this.#panel, 'capture-changed', () => this.#sendTake());
    scope.listen(this.#form.element, 'submit', (event) => {
      event.preventDefault();
      void this.#start();
    });
    this.#unsent = UnsentTakes.open(Number(this.getAttribute('me-id')), scope);
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
    if (this.#form.busy || !this.#form.check()) return;
    if (!canEncode) return this.#showProblem(text().recorderMissing);
    this.#form.busy = true;
    this.#alert.hidden = true;
    try {
      if (!this.#panel.stream) await this.#panel.open();
      if (!this.#panel.stream) return;
      const started = await startLive(title, description);
      await this.#goLive(started.live_id, started.ingest_url, title, true);
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
      await this.#goLive(liveId, now.ingest_url, now.title, !now.live?.started_at);
      this.#change({ ...changeOf(now), post: now });
    });
  }

  async #goLive(liveId: number, ingestUrl: string, title: string, isNew: boolean): Promise<void> {
    const scope = this.scope.child();
    const encoders = encoderFactory(scope);
    const unsent = await this.#unsent!;
    const left = await unsent.adopt(liveId);
    const makeEncoder = await encoders;
    if (scope.signal.aborted) return;
    const serverClock = new ServerClock();
    void serverClock.keep(scope);
    const broadcast = new Broadcast({
      liveId,
      ingestUrl,
      left,
      isNew,
      serverClock,
      makeEncoder,
      allowsSmall: () => this.#panel.sendsSmall,
      beginTake: (after) => unsent.begin(liveId, after, () => this.#showNote(text().storeFull)),
    }, {
      onEnded: (reason, detail) => void this.#endedByServer(reason, detail),
      onTakeFailed: (detail) => this.#takeFailed(liveId, detail),
      onUnreachable: () => void this.#checkStillOpen(liveId),
      onBackFilled: (problem) => void this.#backFilled(liveId, unsent, problem),
      onMemoryFull: () => this.#takeFailed(liveId, text().memoryFull),
    });
    this.#showNote(unsent.store ? null : text().storeMissing);
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
    this.#panel.after(this.#progress, this.#stopWait, this.#actions, this.#health, this.#note, this.#backlog,
      viewerDelay(scope, liveId), h('h1', { class: 'live-title' }, title));
    this.#offerActions(liveId, null);
    this.querySelector('live-chat')?.remove();
    this.append(h('live-chat' as 'div', { 'live-id': liveId, 'me-id': this.getAttribute('me-id'), 'owner-id': this.getAttribute('me-id') }));

    keepAwake(scope);
    scope.listen<BeforeUnloadEvent>(window, 'beforeunload', (event) => event.preventDefault());
    scope.interval(() => {
      this.#health.hidden = !broadcast.active;
      const health = broadcast.health(performance.now());
      this.#health.show(health, this.#windowEndMs(health.cutSinceMs));
    }, HEALTH_MS);
    keepFeedPicture(scope, liveId, {
      takePicture: () => this.#panel.takePicture(),
      hasRoom: () => broadcast.health(performance.now()).level === 'good',
    });
    this.#followBacklog(broadcast);
    watchLive(scope, liveId, (change) => this.#change(change));
    this.#sendTake();
    // The button that was pressed is far below the picture, where the live is now to be seen.
    this.scrollIntoView({ block: 'start' });
    focusHeading(this.#main);
    this.emit('studio-live', { live_id: liveId });
  }

  #sendTake(): void {
    const { stream, size } = this.#panel;
    if (!this.#live || this.#stopping || !stream) return;
    this.#live.broadcast.begin(stream, {
      videoBitsPerSecond: size.videoBitsPerSecond,
      audioBitsPerSecond: size.audioBitsPerSecond,
    });
  }

  /** Until when the server waits for a connection that is cut; counted here while it cannot say it itself. */
  #windowEndMs(cutSinceMs: number | null): number | null {
    if (cutSinceMs === null) return null;
    const saidMs = Date.parse(this.#reconnectUntil ?? '');
    if (saidMs > serverNowMs()) return saidMs;
    const seconds = Number(this.getAttribute('reconnect-seconds') ?? RECONNECT_SECONDS);
    return serverNowMs() + seconds * 1000 - (performance.now() - cutSinceMs);
  }

  /** Shows what is added behind the live, also after it has ended on this page. */
  #followBacklog(broadcast: Broadcast): void {
    const scope = this.scope.child();
    scope.listen<BeforeUnloadEvent>(window, 'beforeunload', (event) => {
      if (broadcast.unsafeBytes > 0) event.preventDefault();
    });
    scope.interval(() => {
      const { backFill } = broadcast.health(performance.now());
      // A stop that waits tells of all that is left.
      this.#backlog.hidden = backFill === null || !this.#stopWait.hidden;
      if (backFill) this.#backlog.show(backFill);
      if (this.#live?.broadcast === broadcast || broadcast.active) return;
      scope.dispose();
      broadcast.dispose();
    }, HEALTH_MS);
    this.scope.onDispose(() => broadcast.dispose());
  }

  /** Everything that was missing has been added, or could not be. */
  async #backFilled(liveId: number, unsent: UnsentTakes, problem: string | null): Promise<void> {
    if (problem !== null) this.#showProblem(problem || text().backlogRefused);
    await unsent.tidy();
    if (!this.#replay || this.scope.signal.aborted) return;
    try {
      this.#replay.show(await fetchLive(liveId, this.scope.signal));
    } catch {
      // What is shown plays; the page finds the longer replay when it is opened again.
    }
  }

  #change(change: LiveChange): void {
    if (change.viewers !== undefined) this.#viewers.value = change.viewers;
    if (change.messages_count !== undefined) this.#messages.value = change.messages_count;
    if (change.reconnect_until !== undefined) this.#reconnectUntil = change.reconnect_until;
    const started = change.post?.live?.started_at;
    if (started) this.#badge?.setAttribute('started-at', started);
    if (change.status !== 'ended') return;
    // A stop that waits would wait for a connection that is refused from now on; what is left is added behind.
    if (this.#stopping) this.#stopWait.giveUp();
    else void this.#endedByServer('stopped', '');
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
      let runs = false;
      this.scope.listen(button, 'click', async () => {
        if (runs || button.ariaDisabled === 'true') return; // pressed twice, or too late
        runs = true;
        await run().catch((error) => this.#showProblem(sentence(error)));
        runs = false;
      });
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
    for (const button of this.#actions.querySelectorAll<HTMLButtonElement>('.danger, .primary')) button.ariaDisabled = 'true';
    await this.#sendRest();
    // A forced stop may have overtaken this one while it was sending.
    if (!this.#forced) await this.#stop(liveId, false);
  }

  async #askForce(liveId: number): Promise<void> {
    // Who already asked for a stop and is tired of waiting is not asked a second time.
    if (!this.#stopping && !(await this.#dialog.ask(true))) return;
    this.#stopping = true;
    this.#forced = true;
    this.#stopWait.giveUp();
    void this.#live?.broadcast.endTake();
    await this.#stop(liveId, true);
  }

  /** Sends everything recorded, until it is there or the member does not want to wait. */
  async #sendRest(): Promise<void> {
    const live = this.#live;
    if (!live) return;
    this.#progress.hidden = false;
    this.#progress.textContent = text().stoppingEncoder;
    await live.broadcast.endTake();
    this.#panel.close();
    this.#progress.hidden = true;
    await this.#stopWait.wait(live.broadcast);
  }

  async #stop(liveId: number, force: boolean): Promise<void> {
    this.#panel.close();
    this.#progress.hidden = false;
    this.#progress.textContent = text().stoppingSave;
    try {
      await stopLive(liveId, force);
      // What is left goes on to the replay from here.
      this.#live?.broadcast.leave();
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
    live.broadcast.leave();
    this.#dialog.dismiss();
    this.#panel.close();
    this.#leaveLive();
    this.#actions.hidden = true;
    this.#showProblem(detail || (reason === 'replaced' ? text().replacedHere : text().liveStopped));
    if (reason === 'replaced') return;
    try {
      const post = await fetchLive(live.id, this.scope.signal);
      // The chat may have told of the end before the upload could say why.
      if (!detail && post.end_explanation) this.#showProblem(text().stoppedBecause(post.end_explanation));
      if (post.live?.status === 'ended') this.#showReplay(post, true);
    } catch {
      // The sentence above stays; the replay is on the live's own page.
    }
  }

  #showReplay(post: LivePost, keepAlert = false): void {
    const { activeElement } = document; // the body is that of a button which is gone
    const hadFocus = activeElement === document.body || this.#main.contains(activeElement);
    this.#leaveLive();
    this.dataset['state'] = 'ended';
    this.#panel.remove();
    const replay = h('replay-player' as 'div') as unknown as ReplayPlayer;
    replay.show(post);
    this.#replay = replay;
    void this.#unsent?.then((unsent) => unsent.tidy());
    this.#main.replaceChildren(this.#backlog, replay);
    if (keepAlert) this.#main.prepend(this.#alert);
    if (hadFocus) focusHeading(replay);
    this.emit('studio-ended', { live_id: post.id });
  }

  /** Ends everything that belongs to being live on this page. */
  #leaveLive(): void {
    this.#live?.broadcast.leave();
    this.#live?.scope.dispose();
    this.#live = null;
    this.#health.hidden = true;
    this.#note.hidden = true;
    this.#progress.hidden = true;
    this.#panel.overlay.replaceChildren();
  }

  #showNote(words: string | null): void {
    this.#note.textContent = words;
    this.#note.hidden = words === null;
  }

  #showProblem(words: string): void {
    this.#alert.textContent = words;
    this.#alert.hidden = false;
  }
}

define('live-studio', LiveStudio);
