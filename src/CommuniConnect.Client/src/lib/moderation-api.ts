import { api } from './api.js';
import { chatPath, type MemberName } from './chat-api.js';
import type { ChatMessage, ChatRules, HeldMessage } from './chat-message.js';

/** All that a room's moderators may set. */
export interface RoomSettings extends Omit<ChatRules, 'pinned'> {
  readonly forbidden_words: readonly string[];
}

export interface Sanction {
  readonly member: MemberName;
  readonly kind: 'silence' | 'ban';
  readonly until: string | null;
  readonly reason: string | null;
}

/** One line of who did what. */
export interface LogLine {
  readonly id: number;
  readonly action: string;
  readonly by: MemberName | null;
  readonly member: MemberName | null;
  readonly message_id: number | null;
  readonly content: string | null;
  readonly reason: string | null;
  readonly created_at: string;
}

/** The calls of a room's moderators, and of its members about each other. */
export class ModerationApi {
  readonly #path: string;

  constructor(liveId: number) {
    this.#path = chatPath(liveId);
  }

  remove(id: number, reason = ''): Promise<void> {
    const why = reason === '' ? '' : `?reason=${encodeURIComponent(reason)}`;
    return api('DELETE', `${this.#path}messages/${id}/${why}`);
  }

  restore(id: number): Promise<ChatMessage> {
    return api('POST', `${this.#path}messages/${id}/restore/`);
  }

  pin(id: number | null): Promise<ChatRules> {
    return api('PUT', `${this.#path}pin/`, { body: { message_id: id } });
  }

  report(id: number, reason: string): Promise<unknown> {
    return api('POST', `${this.#path}messages/${id}/report/`, { body: { reason } });
  }

  /** Without seconds for the whole live. */
  sanction(memberId: number, kind: Sanction['kind'], seconds: number, reason: string): Promise<Sanction> {
    const body = { member_id: memberId, kind, ...(seconds > 0 && { seconds }), ...(reason !== '' && { reason }) };
    return api('POST', `${this.#path}sanctions/`, { body });
  }

  sanctions(): Promise<Sanction[]> {
    return api('GET', `${this.#path}sanctions/`);
  }

  lift(memberId: number): Promise<void> {
    return api('DELETE', `${this.#path}sanctions/${memberId}/`);
  }

  settings(): Promise<RoomSettings> {
    return api('GET', `${this.#path}settings/`);
  }

  change(settings: RoomSettings): Promise<RoomSettings> {
    return api('PUT', `${this.#path}settings/`, { body: settings });
  }

  held(): Promise<HeldMessage[]> {
    return api('GET', `${this.#path}held/`);
  }

  approve(heldId: number): Promise<ChatMessage> {
    return api('POST', `${this.#path}held/${heldId}/approve/`);
  }

  refuse(heldId: number): Promise<void> {
    return api('POST', `${this.#path}held/${heldId}/refuse/`);
  }

  async log(): Promise<LogLine[]> {
    return (await api<{ results: LogLine[] }>('GET', `${this.#path}log/`)).results;
  }

  helpers(): Promise<MemberName[]> {
    return api('GET', `${this.#path}helpers/`);
  }

  addHelper(memberId: number): Promise<void> {
    return api('PUT', `${this.#path}helpers/${memberId}/`);
  }

  dropHelper(memberId: number): Promise<void> {
    return api('DELETE', `${this.#path}helpers/${memberId}/`);
  }

  block(memberId: number): Promise<void> {
    return api('PUT', `/api/users/blocks/${memberId}/`);
  }

  exportPath(format: 'json' | 'csv' | 'vtt'): string {
    return `${this.#path}export/?format=${format}`;
  }
}

export function nameOf(member: Pick<MemberName, 'first_name' | 'last_name'>): string {
  return `${member.first_name} ${member.last_name}`.trim();
}
