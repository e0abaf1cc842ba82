import { sentence } from '../lib/api.js';
import { searchMembers } from '../lib/chat-api.js';
import type { ChatContext } from '../lib/chat-context.js';
import { h } from '../lib/dom.js';
import { lang } from '../lib/lang.js';
import { ModerationApi, nameOf, type LogLine, type RoomSettings } from '../lib/moderation-api.js';
import { moderationText } from '../lib/moderation-texts.js';
import { RoomRulesForm } from '../lib/room-rules-form.js';

/** Opens everything a room's moderators have: its rules, what waits for them, sanctions, helpers, and who did what. */
export function openRoomPanel(context: ChatContext): void {
  new RoomPanel(context).open();
}

class RoomPanel {
  readonly #calls: ModerationApi;
  readonly #dialog: HTMLDialogElement;
  readonly #alert = h('p', { class: 'alert error', role: 'alert', hidden: true });
  readonly #done = h('p', { class: 'chat-why', role: 'status' });
  readonly #from = document.activeElement;

  constructor(private readonly context: ChatContext) {
    const t = moderationText();
    this.#calls = new ModerationApi(context.liveId);
    const close = h('button', { type: 'button', class: 'button quiet' }, t.close);
    this.#dialog = h('dialog', { class: 'dialog room-panel', 'aria-labelledby': 'room-panel-title' },
      h('h2', { id: 'room-panel-title' }, t.room),
      this.#alert,
      this.#done,
      this.#section(t.rules, (body) => this.#rules(body), true),
      this.#section(t.held, (body) => this.#held(body), (context.member.held_count ?? 0) > 0),
      this.#section(t.sanctions, (body) => this.#sanctions(body)),
      this.#section(t.log, (body) => this.#log(body)),
      this.#section(t.helpers, (body) => this.#helpers(body)),
      this.#section(t.exportChat, async (body) => this.#exports(body)),
      h('div', { class: 'dialog-actions' }, close));
    context.scope.listen(close, 'click', () => this.#dialog.close());
    context.scope.listen(this.#dialog, 'close', () => {
      this.#dialog.remove();
      if (this.#from instanceof HTMLElement) this.#from.focus();
    });
    context.scope.onDispose(() => this.#dialog.remove());
  }

  open(): void {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  /** A part that asks the server when it is opened, and again each time. */
  #section(title: string, draw: (body: HTMLElement) => Promise<void>, open = false): HTMLElement {
    const body = h('div', { class: 'room-section' });
    const details = h('details', {}, h('summary', {}, title), body);
    this.context.scope.listen(details, 'toggle', () => {
      if (details.open) void this.#try(() => draw(body));
    });
    details.open = open;
    return details;
  }

  async #try(run: () => Promise<void>, done = ''): Promise<void> {
    try {
      await run();
      this.#alert.hidden = true;
      this.#done.textContent = done;
    } catch (error) {
      this.#alert.textContent = sentence(error);
      this.#alert.hidden = false;
    }
  }

  #button(words: string, run: () => Promise<void>, label = words): HTMLButtonElement {
    const button = h('button', { type: 'button', class: 'button quiet small', 'aria-label': label }, words);
    this.context.scope.listen(button, 'click', () => void this.#try(run));
    return button;
  }

  async #rules(body: HTMLElement): Promise<void> {
    const form = new RoomRulesForm(await this.#calls.settings());
    this.context.scope.listen(form.element, 'submit', (event) => {
      event.preventDefault();
      void this.#try(async () => {
        const settings: RoomSettings = await this.#calls.change(form.settings);
        this.context.roomChanged({ ...this.context.room, ...settings });
      }, moderationText().saved);
    });
    body.replaceChildren(form.element);
  }

  async #held(body: HTMLElement): Promise<void> {
    const t = moderationText();
    const held = await this.#calls.held();
    list(body, t.nothingHeld, held.map((message) => [
      h('p', {}, h('strong', {}, h('bdi', {}, nameOf(message.author))), ' ', h('bdi', { dir: 'auto' }, message.content)),
      this.#button(t.approve, async () => {
        await this.#calls.approve(message.held_id);
        await this.#held(body);
      }),
      this.#button(t.refuse, async () => {
        await this.#calls.refuse(message.held_id);
        await this.#held(body);
      }),
    ]));
  }

  async #sanctions(body: HTMLElement): Promise<void> {
    const t = moderationText();
    const sanctions = await this.#calls.sanctions();
    list(body, t.nobodySanctioned, sanctions.map(({ member, kind, until, reason }) => [
      h('p', {},
        h('strong', {}, h('bdi', {}, nameOf(member))), ' · ', t.kinds[kind], ' · ', until ? t.until(moment(until)) : t.wholeLive,
        reason ? h('bdi', { class: 'room-why', dir: 'auto' }, reason) : null),
      this.#button(t.lift(nameOf(member)), async () => {
        await this.#calls.lift(member.id);
        await this.#sanctions(body);
      }),
    ]));
  }

  async #log(body: HTMLElement): Promise<void> {
    const t = moderationText();
    const lines = await this.#calls.log();
    const restored = new Set<number>();
    list(body, t.nothingLogged, lines.map((line) => {
      const row: (Node | null)[] = [logLine(line)];
      // Newest first: what was restored since is not to be restored again.
      if (line.action === 'restored' && line.message_id !== null) restored.add(line.message_id);
      if (line.action === 'removed' && line.message_id !== null && !restored.has(line.message_id)) {
        const id = line.message_id;
        restored.add(id);
        row.push(this.#button(t.restore, async () => {
          this.context.restored(await this.#calls.restore(id));
          this.context.say(t.restored);
          await this.#log(body);
        }, `${t.restore} : ${line.content ?? ''}`));
      }
      return row;
    }));
  }

  async #helpers(body: HTMLElement): Promise<void> {
    const t = moderationText();
    const helpers = await this.#calls.helpers();
    const rows = h('div', {});
    list(rows, t.noHelpers, helpers.map((member) => [
      h('p', {}, h('bdi', {}, nameOf(member))),
      this.#button(t.dropHelper(nameOf(member)), async () => {
        await this.#calls.dropHelper(member.id);
        await this.#helpers(body);
      }),
    ]));
    const field = h('input', { type: 'search', id: 'room-helper', autocomplete: 'off' });
    const found = h('div', { role: 'status' });
    this.context.scope.listen(field, 'input', () => void this.#try(async () => {
      const letters = field.value.trim();
      const members = letters === '' ? [] : await searchMembers(this.context.liveId, letters, this.context.scope.signal);
      if (field.value.trim() !== letters) return;
      const others = members.filter((member) => member.id !== this.context.meId && !helpers.some((helper) => helper.id === member.id));
      list(found, letters === '' ? '' : t.nobodyFound, others.map((member) => [
        h('p', {}, h('bdi', {}, nameOf(member))),
        this.#button(t.addHelper, async () => {
          await this.#calls.addHelper(member.id);
          await this.#helpers(body);
        }, `${t.addHelper} ${nameOf(member)}`),
      ]));
    }));
    body.replaceChildren(
      h('p', {}, t.helpersExplained), rows,
      h('div', { class: 'field' }, h('label', { for: field.id }, t.helperSearch), field), found,
    );
  }

  #exports(body: HTMLElement): void {
    body.replaceChildren(h('p', { class: 'room-exports' }, ...(['json', 'csv', 'vtt'] as const).flatMap((format) => [
      h('a', { href: this.#calls.exportPath(format), download: true }, { json: 'JSON', csv: 'CSV', vtt: 'WebVTT' }[format]), ' ',
    ])));
  }
}

function list(body: HTMLElement, empty: string, rows: (Node | null)[][]): void {
  if (rows.length === 0) body.replaceChildren(h('p', { class: 'chat-why' }, empty));
  else body.replaceChildren(h('ul', { class: 'room-list' }, ...rows.map((row) => h('li', {}, ...row))));
}

function logLine({ by, action, member, content, reason, created_at }: LogLine): HTMLElement {
  return h('p', {},
    h('time', { datetime: created_at }, moment(created_at)), ' ',
    h('strong', {}, h('bdi', {}, by ? nameOf(by) : '—')), ' ', moderationText().logActions[action] ?? action,
    member ? ` : ${nameOf(member)}` : null,
    content ? h('bdi', { class: 'room-why', dir: 'auto' }, content) : null,
    reason ? h('bdi', { class: 'room-why', dir: 'auto' }, reason) : null);
}

function moment(time: string): string {
  return new Date(time).toLocaleTimeString(lang(), { hour: '2-digit', minute: '2-digit' });
}
