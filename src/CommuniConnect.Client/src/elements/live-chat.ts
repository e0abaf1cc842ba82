import { ApiError, sentence, serverNowMs } from '../lib/api.js';
import { editMessage, fetchBefore, fetchRoom, searchMembers } from '../lib/chat-api.js';
import { ChatComposer } from '../lib/chat-composer.js';
import { ChatConnection, type ChatListener } from '../lib/chat-connection.js';
import type { ChatContext } from '../lib/chat-context.js';
import { ChatDrafts } from '../lib/chat-drafts.js';
import { ChatHeader } from '../lib/chat-header.js';
import { LiveFeed } from '../lib/chat-live.js';
import { ChatLog } from '../lib/chat-log.js';
import { NO_RIGHTS, OPEN_ROOM, type ChatMessage, type ChatState } from '../lib/chat-message.js';
import { ChatPinned } from '../lib/chat-pinned.js';
import { ChatReactions } from '../lib/chat-reactions.js';
import { ReplayFeed } from '../lib/chat-replay.js';
import { chatText } from '../lib/chat-texts.js';
import { UnreadTitle } from '../lib/chat-unread.js';
import { h } from '../lib/dom.js';
import { ScopedElement } from '../lib/element.js';
import { loadPart } from '../lib/lazy-part.js';
import { ReactionFloat } from '../lib/reaction-float.js';
import { ReplayReactions } from '../lib/replay-reactions.js';
import type { Scope } from '../lib/scope.js';
import { writingState } from '../lib/writing-state.js';

/** The state is said again this often while connected, so that the page need not ask the server itself. */
const REPEAT_MS = 3000;
/** Slow mode and silences count down in seconds. */
const COUNT_MS = 500;
const PAGE_LENGTH = 200;
const FORBIDDEN = 403;
const PRESSED = '[data-reply], [data-menu], [data-quoted], [data-unpin]';

/**
 * The conversation beside a live, and beside its replay once it has ended.
 * Attributes: `live-id`, `me-id`, `owner-id`; `status="ended"` goes straight to the replay's conversation.
 * Event on the document: `live-state`, see ChatState. Listens there to `replay-time` {live_seconds}.
 */
export class LiveChat extends ScopedElement {
  #liveId = 0;
  #meId = 0;
  #log!: ChatLog;
  #header!: ChatHeader;
  #composer!: ChatComposer;
  #drafts!: ChatDrafts;
  #pinned!: ChatPinned;
  #reactions!: ChatReactions;
  #float!: ReactionFloat;
  #unread!: UnreadTitle;
  #feed: LiveFeed | ReplayFeed | null = null;
  #connection: ChatConnection | null = null;
  #live!: Scope;
  #replay: Scope | null = null;
  #state: ChatState | null = null;
  #room = OPEN_ROOM;
  #member = NO_RIGHTS;
  #lastSentMs: number | null = null;
  #over = false;
  readonly #note = h('p', { class: 'chat-note', role: 'status' });

  protected mount(): void {
    const { scope } = this;
    this.#liveId = Number(this.getAttribute('live-id'));
    this.#meId = Number(this.getAttribute('me-id'));
    this.#over = false;
    this.#state = null;
    this.#feed = null;
    this.#live = scope.child();
    const ownerId = Number(this.getAttribute('owner-id'));
    this.#log = new ChatLog(scope, { meId: this.#meId, isOwner: (id) => id === ownerId });
    this.#float = new ReactionFloat(scope);
    this.#header = new ChatHeader(scope, this.#float, {
      showAll: () => this.#feed instanceof LiveFeed && this.#feed.showAll(),
      manage: () => void this.#openRoom(),
      reportLive: (home) => void this.#memberPanel((part) => part.reportLive(this.#context, home)),
      blockList: (home) => void this.#memberPanel((part) => part.openBlockList(this.#context, home)),
    });
    this.#pinned = new ChatPinned();
    this.#unread = new UnreadTitle(this.#live);
    this.#drafts = new ChatDrafts(this.#live, this.#log, (draft) => this.#connection?.send(draft));
    this.#reactions = new ChatReactions(this.#live, this.#float, (emoji) => this.#connection?.react(emoji));
    this.#composer = new ChatComposer(this.#live, {
      send: (draft) => this.#drafts.send({ ...draft, seen_media_time: this.#header.seenSeconds(this.#liveId) }),
      edit: (message, content) => void this.#edit(message, content),
      search: (letters) => searchMembers(this.#liveId, letters, scope.signal),
    });
    this.#composer.prepend(this.#reactions.element);
    this.classList.add('chat');
    this.classList.remove('over');
    this.setAttribute('aria-label', chatText().chat);
    this.setAttribute('role', 'region');
    this.replaceChildren(
      this.#header.element, this.#pinned.element, this.#log.element, this.#note, this.#composer.element,
    );
    scope.listen(this, 'click', (event) => this.#clicked(event));
    if (this.getAttribute('status') === 'ended') void this.#end();
    else this.#connect();
  }

  #connect(): void {
    this.#note.textContent = chatText().connecting;
    const { signal } = this.scope;
    this.#feed = new LiveFeed(this.#live, this.#liveId, this.#meId, this.#log, this.#header);
    this.#log.loadOlder = async () => {
      const first = this.#log.messages.first;
      if (!first) return false;
      const page = await fetchBefore(this.#liveId, first.id, PAGE_LENGTH, signal);
      this.#log.insert(page);
      return page.length === PAGE_LENGTH;
    };
    this.#live.interval(() => this.#announce(), REPEAT_MS);
    this.#live.interval(() => this.#obey(), COUNT_MS);
    this.#connection = new ChatConnection(this.#live, this.#liveId, this.#listener());
  }

  #listener(): ChatListener {
    return {
      messages: (messages, count) => this.#take(messages, count),
      changed: (messages) => {
        for (const message of messages) this.#feed?.change(message);
      },
      removed: (ids, count) => {
        this.#remove(new Set(ids));
        this.#count(count);
      },
      state: (state) => {
        if (this.#over) return;
        this.#state = state;
        this.#announce();
        if (state.status === 'ended') void this.#end();
      },
      room: (room) => {
        this.#room = room;
        this.#pinned.show(room.pinned, this.#member.can_moderate);
        this.#obey();
      },
      member: (member) => {
        this.#member = member;
        this.#header.manage(member.can_moderate, member.held_count ?? 0);
        this.#pinned.show(this.#room.pinned, member.can_moderate);
        const blocked = new Set(member.blocked);
        if (blocked.size > 0) this.#feed?.remove((message) => blocked.has(message.author.id));
        this.#obey();
      },
      reactions: (added, totals) => this.#reactions.show(added, totals),
      connected: (connected) => {
        if (this.#over) return;
        this.#note.textContent = connected ? '' : chatText().reconnecting;
        if (!connected) this.#state = null;
      },
      refused: (clientId, why) => this.#drafts.refuse(clientId, why),
      held: (clientId) => this.#drafts.hold(clientId),
      shutOut: (why) => {
        this.#note.textContent = why;
        this.#composer.element.hidden = true;
        this.#feed?.remove(() => true);
        this.#state = null;
        this.#member = NO_RIGHTS;
        this.#header.manage(false, 0);
        this.#pinned.show(null, false);
      },
      admitted: () => {
        this.#note.textContent = '';
        if (this.#over) {
          this.#over = false;
          void this.#end();
        } else {
          this.#composer.element.hidden = false;
        }
      },
    };
  }

  #take(messages: readonly ChatMessage[], count: number): void {
    this.#drafts.saved(messages);
    this.#unread.add(messages.filter((message) => message.author.id !== this.#meId).length);
    if (messages.some((message) => message.client_id)) this.#lastSentMs = serverNowMs();
    if (this.#feed instanceof LiveFeed) this.#feed.take(messages);
    this.#count(count);
  }

  #count(count: number): void {
    if (!this.#state || this.#state.messages_count === count) return;
    this.#state = { ...this.#state, messages_count: count };
    this.#announce();
  }

  #remove(ids: ReadonlySet<number>): void {
    this.#feed?.remove((message) => ids.has(message.id));
  }

  #obey(): void {
    if (!this.#over) this.#composer.obey(writingState(this.#room, this.#member, this.#lastSentMs, serverNowMs()));
  }

  async #edit(message: ChatMessage, content: string): Promise<void> {
    try {
      this.#feed?.change(await editMessage(this.#liveId, message.id, content));
    } catch (error) {
      this.#note.textContent = sentence(error);
    }
  }

  #clicked(event: Event): void {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>(PRESSED) : null;
    if (!target) return;
    const { reply, menu, quoted } = target.dataset;
    if (quoted !== undefined) return void this.#log.goTo(Number(quoted));
    const message = this.#log.find(Number(reply ?? menu));
    if (reply !== undefined && message && !this.#over) this.#composer.answer(message);
    else if (menu !== undefined && message) void this.#openMenu(target, message);
    else if (target.dataset['unpin'] !== undefined) void this.#unpin();
  }

  async #openMenu(anchor: HTMLElement, message: ChatMessage): Promise<void> {
    const part = await this.#part<typeof import('../parts/message-menu.js')>('message-menu');
    if (part && this.#log.find(message.id)) part.openMessageMenu(this.#context, anchor, message);
  }

  async #openRoom(): Promise<void> {
    const part = await this.#part<typeof import('../parts/room-panel.js')>('room-panel');
    part?.openRoomPanel(this.#context);
  }

  async #memberPanel(open: (part: typeof import('../parts/member-panel.js')) => void): Promise<void> {
    const part = await this.#part<typeof import('../parts/member-panel.js')>('member-panel');
    if (part) open(part);
  }

  async #unpin(): Promise<void> {
    const part = await this.#part<typeof import('../parts/message-menu.js')>('message-menu');
    await part?.pin(this.#context, null);
  }

  async #part<Part>(name: string): Promise<Part | null> {
    try {
      return await loadPart<Part>(name);
    } catch {
      this.#note.textContent = chatText().partFailed;
      return null;
    }
  }

  get #context(): ChatContext {
    const { correct, listener } = { correct: this.#composer, listener: this.#listener() };
    return {
      scope: this.scope,
      liveId: this.#liveId,
      meId: this.#meId,
      room: this.#room,
      member: this.#member,
      live: !this.#over,
      nowMs: serverNowMs(),
      say: (words) => (this.#note.textContent = words),
      removed: (ids) => this.#remove(new Set(ids)),
      restored: (message) => this.#feed?.change(message),
      correct: (message) => correct.correct(message),
      roomChanged: (room) => listener.room(room),
      blocked: (memberId) => this.#feed?.remove((message) => message.author.id === memberId),
    };
  }

  #announce(): void {
    if (!this.#state) return;
    document.dispatchEvent(new CustomEvent('live-state', { detail: this.#state, composed: true }));
  }

  /** The live is over: no more writing, and the conversation goes with the replay. */
  async #end(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#replay?.dispose();
    const scope = (this.#replay = this.scope.child());
    if (this.#feed instanceof LiveFeed) this.#feed.showAll();
    this.#live.dispose();
    this.#connection = null;
    this.#composer.element.hidden = true;
    this.#drafts.giveUp();
    this.classList.add('over');
    this.#header.over();
    this.#note.textContent = chatText().over;
    try {
      const feed = new ReplayFeed(scope, this.#liveId, this.#log);
      const last = await feed.start();
      if (scope.signal.aborted) return;
      this.#feed = feed;
      new ReplayReactions(scope, this.#liveId, this.#float);
      const { room, member } = await fetchRoom(this.#liveId, scope.signal);
      if (scope.signal.aborted) return;
      this.#listener().room(room);
      this.#listener().member(member);
      // What a moderator takes away now goes from this page as well.
      new ChatConnection(scope, this.#liveId, this.#listener(), last, false);
    } catch (error) {
      if (scope.signal.aborted) return;
      if (error instanceof ApiError && error.status === FORBIDDEN) {
        new ChatConnection(scope, this.#liveId, this.#listener(), 0, false); // it says why, and waits until that is over
        return;
      }
      const retry = h('button', { type: 'button', class: 'chat-reply' }, chatText().retry);
      this.#note.replaceChildren(chatText().over, '. ', chatText().historyFailed, ' ', retry);
      scope.listen(retry, 'click', () => {
        this.#over = false;
        void this.#end();
      });
    }
  }
}
