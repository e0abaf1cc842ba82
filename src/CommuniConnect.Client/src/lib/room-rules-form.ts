import { h } from './dom.js';
import type { RoomSettings } from './moderation-api.js';
import { moderationText } from './moderation-texts.js';

const AUDIENCES = ['everyone', 'quartier', 'followers'] as const;

/** The rules of a room as a form. */
export class RoomRulesForm {
  readonly element: HTMLFormElement;
  readonly #slow: HTMLSelectElement;
  readonly #audience: HTMLSelectElement;
  readonly #closed: HTMLInputElement;
  readonly #holdFirst: HTMLInputElement;
  readonly #holdLinks: HTMLInputElement;
  readonly #words: HTMLTextAreaElement;

  constructor(settings: RoomSettings) {
    const t = moderationText();
    const known = t.slowChoices.some(([seconds]) => seconds === settings.slow_seconds);
    const slowChoices = known ? t.slowChoices : [...t.slowChoices, [settings.slow_seconds, t.seconds(settings.slow_seconds)] as const];
    this.#slow = h('select', { id: 'room-slow' }, ...slowChoices.map(([seconds, words]) =>
      h('option', { value: seconds, selected: seconds === settings.slow_seconds }, words)));
    this.#audience = h('select', { id: 'room-audience' }, ...AUDIENCES.map((audience) =>
      h('option', { value: audience, selected: audience === settings.audience }, t.audiences[audience])));
    this.#closed = check('room-closed', settings.closed);
    this.#holdFirst = check('room-hold-first', settings.hold_first);
    this.#holdLinks = check('room-hold-links', settings.hold_links);
    this.#words = h('textarea', { id: 'room-words', rows: 3 });
    this.#words.value = settings.forbidden_words.join('\n');
    this.element = h('form', {},
      field(t.slow, this.#slow),
      field(t.audience, this.#audience),
      choice(t.closeChat, this.#closed),
      choice(t.holdFirst, this.#holdFirst),
      choice(t.holdLinks, this.#holdLinks),
      field(t.words, this.#words),
      h('button', { type: 'submit', class: 'button primary' }, t.save));
  }

  /** What the form says now. */
  get settings(): RoomSettings {
    return {
      closed: this.#closed.checked,
      slow_seconds: Number(this.#slow.value),
      audience: AUDIENCES.find((audience) => audience === this.#audience.value) ?? 'everyone',
      hold_first: this.#holdFirst.checked,
      hold_links: this.#holdLinks.checked,
      forbidden_words: this.#words.value.split('\n').map((word) => word.trim()).filter((word) => word !== ''),
    };
  }
}

function check(id: string, checked: boolean): HTMLInputElement {
  const box = h('input', { type: 'checkbox', id });
  box.checked = checked;
  return box;
}

function choice(words: string, box: HTMLInputElement): HTMLElement {
  return h('label', { class: 'chat-choice' }, box, h('span', {}, words));
}

function field(words: string, control: HTMLElement): HTMLElement {
  return h('div', { class: 'field' }, h('label', { for: control.id }, words), control);
}
