import { HttpTransportType, HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { Backoff } from './backoff.js';
import type {
  ChatDraft, ChatMember, ChatMessage, ChatRules, ChatState, HeldMessage, ReactionCounts, RoomUpdate,
} from './chat-message.js';
import type { Scope } from './scope.js';

const FIRST_RETRY_MS = 500;
const MOST_RETRY_MS = 15_000;

/** What the room tells. */
export interface ChatListener {
  /** Messages never shown before, oldest first. */
  messages(messages: readonly ChatMessage[], count: number): void;
  /** These read otherwise now, or are back. */
  changed(messages: readonly ChatMessage[]): void;
  removed(ids: readonly number[], count: number): void;
  state(state: ChatState): void;
  room(room: ChatRules): void;
  member(member: ChatMember): void;
  reactions(added: ReactionCounts, totals: ReactionCounts): void;
  connected(connected: boolean): void;
  /** The server said no to a message; sending the same again later may work. */
  refused(clientId: string, sentence: string): void;
  /** A moderator reads it first. */
  held(clientId: string): void;
  /** The room said no to the reader, and why. */
  shutOut(sentence: string): void;
  /** The reader may come in again: everything is told from the beginning. */
  admitted(): void;
}

/**
 * The connection to one room, for as long as its scope lives: comes back after every cut and goes on after the last
 * message it has; what was being sent is sent again under the same name, so nothing is lost and nothing is twice.
 */
export class ChatConnection {
  readonly #hub: HubConnection;
  readonly #outbox = new Map<string, ChatDraft>();
  #last: number;
  #revision: number | null = null;
  #connected = false;
  /** The room said no; it says when that is over. */
  #isOutside = false;

  constructor(
    private readonly scope: Scope,
    private readonly liveId: number,
    private readonly listener: ChatListener,
    /** The number of the last message one has; 0 for the newest page. */
    private readonly after = 0,
    /** Where nothing new is said, a connection that was lost is no hurry. */
    private readonly hurried = true,
  ) {
    this.#last = after;
    this.#hub = new HubConnectionBuilder()
      // Straight to the WebSocket: no negotiation, one round trip less on a slow network.
      .withUrl('/hubs/chat', { transport: HttpTransportType.WebSockets, skipNegotiation: true })
      .configureLogging(LogLevel.None)
      .build();
    scope.onDispose(() => void this.#hub.stop());
    void this.#run();
  }

  /** Sends now, or as soon as there is a connection, in the order of the calls. */
  send(draft: ChatDraft): void {
    this.#outbox.set(draft.client_id, draft);
    if (this.#connected) void this.#deliver(draft);
  }

  /** One emoji, counted. What is lost on a bad link is no message. */
  react(emoji: string): void {
    if (this.#connected) void this.#hub.invoke('React', this.liveId, emoji).catch(() => {});
  }

  async #run(): Promise<void> {
    const { scope } = this;
    const backoff = new Backoff(this.hurried ? FIRST_RETRY_MS : MOST_RETRY_MS, MOST_RETRY_MS);
    while (!scope.signal.aborted) {
      try {
        await this.#hub.start();
        while (!(await this.#visit(() => backoff.reset())));
      } catch (error) {
        // Otherwise no network, or the server restarts: the next attempt tells.
        const sentence = serverSentence(error);
        if (sentence && !scope.signal.aborted) {
          this.listener.shutOut(sentence);
          this.#connected = false;
          await this.#hub.stop().catch(() => {});
          return;
        }
      }
      this.#connected = false;
      if (scope.signal.aborted) return;
      if (!this.#isOutside) this.listener.connected(false);
      await this.#hub.stop().catch(() => {});
      await this.#pause(backoff.next());
    }
  }

  /** Follows the room, once it lets the reader in. False when it sent the reader out: then one waits outside. */
  async #visit(heard: () => void): Promise<boolean> {
    if (this.#isOutside) await this.#waitOutside();
    try {
      await this.#follow(heard);
      return true;
    } catch (error) {
      const sentence = serverSentence(error);
      if (!sentence || this.scope.signal.aborted) throw error;
      this.#connected = false;
      this.#isOutside = true;
      [this.#last, this.#revision] = [this.after, null];
      this.listener.shutOut(sentence);
      return false;
    }
  }

  /** Until the room lets the reader in again. */
  async #waitOutside(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#hub.stream('WaitOutside', this.liveId).subscribe({ next: () => {}, error: reject, complete: resolve });
    });
    if (this.scope.signal.aborted) return;
    this.#isOutside = false;
    this.listener.admitted();
  }

  /** Reads the room until the connection ends. */
  #follow(heard: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const place = { after: this.#last, revision: this.#revision };
      this.#hub.stream<RoomUpdate>('Join', this.liveId, place).subscribe({
        next: (update) => {
          if (this.scope.signal.aborted) return;
          if (!this.#connected) {
            this.#connected = true;
            heard();
            this.listener.connected(true);
            for (const draft of this.#outbox.values()) void this.#deliver(draft);
          }
          this.#take(update);
        },
        error: reject,
        complete: resolve,
      });
    });
  }

  #take(update: RoomUpdate): void {
    const { listener } = this;
    if ('revision' in update) this.#revision = update.revision;
    switch (update.type) {
      case 'messages': {
        const fresh = update.messages.filter((message) => message.id > this.#last);
        this.#last = fresh.at(-1)?.id ?? this.#last;
        for (const { client_id } of fresh) if (client_id) this.#outbox.delete(client_id);
        return listener.messages(fresh, update.messages_count);
      }
      case 'changed':
        return listener.changed(update.messages);
      case 'removed':
        return listener.removed(update.ids, update.messages_count);
      case 'state':
        return listener.state(update.state);
      case 'room':
        return listener.room(update.room);
      case 'member':
        return listener.member(update.member);
      case 'reactions':
        return listener.reactions(update.added, update.totals);
    }
  }

  async #deliver(draft: ChatDraft): Promise<void> {
    try {
      const answer = await this.#hub.invoke<ChatMessage | HeldMessage>('Send', this.liveId, draft);
      this.#outbox.delete(draft.client_id);
      if ('held' in answer) this.listener.held(draft.client_id);
    } catch (error) {
      // Only the server's own words are an answer; a cut is not, and the draft stays in the outbox.
      const sentence = serverSentence(error);
      if (!sentence || !this.#outbox.delete(draft.client_id)) return;
      this.listener.refused(draft.client_id, sentence);
    }
  }

  /** Waits, but not when the device says that the network is back. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wait = this.scope.child();
      const go = () => {
        wait.dispose();
        resolve();
      };
      wait.onDispose(resolve);
      wait.timeout(go, ms);
      wait.listen(window, 'online', go);
    });
  }
}

/** The server's own words, when the error is an answer of the server. */
function serverSentence(error: unknown): string | null {
  return /HubException: (.+)$/s.exec(String(error))?.[1] ?? null;
}
