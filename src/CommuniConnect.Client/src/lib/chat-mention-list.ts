import { complete, mentionAt, proposals } from './chat-mentions.js';
import { chatText } from './chat-texts.js';
import { h } from './dom.js';
import type { Scope } from './scope.js';

/** Proposes names while one is written behind an @. Arrows choose, Enter and Tab take, Escape leaves. */
export class MentionList {
  readonly element = h('ul', {
    class: 'chat-mentions', id: 'chat-mentions', role: 'listbox', 'aria-label': chatText().mentionList, hidden: true,
  });
  /** Says how many there are; the focus stays in the field. */
  readonly status = h('span', { class: 'visually-hidden', role: 'status' });
  #names: string[] = [];
  #chosen = 0;

  constructor(
    private readonly scope: Scope,
    private readonly field: HTMLInputElement,
    /** Everybody who may be meant, whoever is meant most often first. */
    private readonly everybody: () => Iterable<string>,
  ) {
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', this.element.id);
    scope.listen(field, 'input', () => this.#propose());
    scope.listen(field, 'click', () => this.#propose());
    scope.listen(field, 'blur', () => this.#close());
    scope.listen<KeyboardEvent>(field, 'keydown', (event) => this.#key(event));
    // The field keeps the focus while a name is pressed.
    scope.listen(this.element, 'pointerdown', (event) => event.preventDefault());
  }

  #propose(): void {
    const query = mentionAt(this.field.value, this.field.selectionStart ?? 0);
    this.#names = query ? proposals(this.everybody(), query.letters) : [];
    this.#chosen = 0;
    if (this.#names.length === 0) return this.#close();
    this.element.replaceChildren(...this.#names.map((name, index) => {
      const option = h('li', { role: 'option', id: `chat-mention-${index}`, 'aria-selected': index === 0 }, h('bdi', {}, name));
      this.scope.listen(option, 'click', () => this.#take(index));
      return option;
    }));
    this.element.hidden = false;
    this.status.textContent = chatText().mentionCount(this.#names.length);
    this.#choose(0);
  }

  #close(): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.status.textContent = '';
    this.field.removeAttribute('aria-activedescendant');
  }

  #key(event: KeyboardEvent): void {
    if (this.element.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) this.#choose((this.#chosen + step + this.#names.length) % this.#names.length);
    else if (event.key === 'Enter' || event.key === 'Tab') this.#take(this.#chosen);
    else if (event.key === 'Escape') this.#close();
    else return;
    // Enter must not send what is half written, nor Escape give an answer up.
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #choose(index: number): void {
    this.#chosen = index;
    [...this.element.children].forEach((option, at) => option.setAttribute('aria-selected', String(at === index)));
    this.field.setAttribute('aria-activedescendant', `chat-mention-${index}`);
  }

  #take(index: number): void {
    const { field } = this;
    const query = mentionAt(field.value, field.selectionStart ?? 0);
    const name = this.#names[index];
    this.#close();
    if (!query || name === undefined) return;
    const { value, caret } = complete(field.value, query, name);
    field.value = value;
    field.setSelectionRange(caret, caret);
    field.dispatchEvent(new Event('input'));
    this.#close();
  }
}
