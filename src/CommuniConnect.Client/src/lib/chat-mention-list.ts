import type { MemberName } from './chat-api.js';
import { complete, mentionAt, proposals, type MentionQuery } from './chat-mentions.js';
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
  /** Everybody heard of so far. */
  readonly #known = new Map<number, MemberName>();
  readonly #asked = new Set<string>();
  #proposed: MemberName[] = [];
  #chosen = 0;
  /** Where the @ stands whose name was taken or given up: it is not proposed for again. */
  #done: number | null = null;

  constructor(
    private readonly scope: Scope,
    private readonly field: HTMLInputElement,
    /** Asks the server who may be meant. */
    private readonly search: (letters: string) => Promise<readonly MemberName[]>,
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
    const query = this.#query;
    if (query?.from !== this.#done) this.#done = null;
    if (!query || query.from === this.#done) return this.#close();
    this.#show(query.letters);
    void this.#ask(query.letters);
  }

  get #query(): MentionQuery | null {
    return mentionAt(this.field.value, this.field.selectionStart ?? 0);
  }

  async #ask(letters: string): Promise<void> {
    if (this.#asked.has(letters)) return;
    this.#asked.add(letters);
    try {
      for (const member of await this.search(letters)) this.#known.set(member.id, member);
    } catch {
      this.#asked.delete(letters);
      return;
    }
    const query = this.#query;
    if (query?.letters === letters && query.from !== this.#done && document.activeElement === this.field) this.#show(letters);
  }

  #show(letters: string): void {
    this.#proposed = proposals(this.#known.values(), letters);
    if (this.#proposed.length === 0) return this.#close();
    this.element.replaceChildren(...this.#proposed.map((member, index) => {
      const option = h(
        'li',
        { role: 'option', id: `chat-mention-${index}`, 'aria-selected': index === 0 },
        h('bdi', {}, `${member.first_name} ${member.last_name}`.trim()),
        ' ',
        h('bdi', { class: 'chat-meta' }, `@${member.username}`),
      );
      this.scope.listen(option, 'click', () => this.#take(index));
      return option;
    }));
    this.element.hidden = false;
    this.status.textContent = chatText().mentionCount(this.#proposed.length);
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
    if (step !== undefined) this.#choose((this.#chosen + step + this.#proposed.length) % this.#proposed.length);
    else if (event.key === 'Enter' || event.key === 'Tab') this.#take(this.#chosen);
    else if (event.key === 'Escape') this.#giveUp();
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
    const query = this.#query;
    const member = this.#proposed[index];
    this.#giveUp();
    if (!query || !member) return;
    const { value, caret } = complete(field.value, query, member.username);
    field.value = value;
    field.setSelectionRange(caret, caret);
    field.dispatchEvent(new Event('input'));
  }

  #giveUp(): void {
    this.#done = this.#query?.from ?? null;
    this.#close();
  }
}
