import { h } from '../lib/dom.js';
import { text } from '../lib/texts.js';

const TITLE_CHARACTERS = 200;
const DESCRIPTION_CHARACTERS = 2000;

/** What the member says about the live before it starts. */
export class StudioForm {
  readonly element: HTMLFormElement;
  readonly #title = h('input', {
    id: 'studio-title', name: 'title', maxlength: TITLE_CHARACTERS, autocomplete: 'off',
    'aria-describedby': 'studio-title-hint studio-title-error',
  });
  readonly #description = h('textarea', {
    id: 'studio-description', name: 'description', rows: 3, maxlength: DESCRIPTION_CHARACTERS,
  });
  readonly #error = h('p', { class: 'error', id: 'studio-title-error', role: 'alert' });
  readonly #button = h('button', { type: 'submit', class: 'button primary large' }, text().startLive);

  constructor() {
    const t = text();
    this.element = h('form', { class: 'form studio-form', novalidate: true },
      h('div', { class: 'field' },
        h('label', { for: 'studio-title' }, t.title), this.#title,
        h('p', { class: 'hint', id: 'studio-title-hint' }, t.titleHint), this.#error),
      h('div', { class: 'field' },
        h('label', { for: 'studio-description' }, t.description), this.#description),
      this.#button,
    );
    this.#title.addEventListener('input', () => this.#mark(''));
  }

  get title(): string {
    return this.#title.value.trim();
  }

  get description(): string {
    return this.#description.value.trim();
  }

  set disabled(disabled: boolean) {
    this.#button.disabled = disabled;
  }

  get busy(): boolean {
    return this.#button.ariaDisabled === 'true';
  }

  /** While the live starts. The button keeps the keyboard's place. */
  set busy(busy: boolean) {
    this.#button.ariaDisabled = String(busy);
    this.#button.textContent = busy ? text().starting : text().startLive;
  }

  /** True when the live may start; otherwise says what is missing and goes there. */
  check(): boolean {
    if (this.title !== '') return true;
    this.#mark(text().titleMissing);
    this.#title.focus();
    return false;
  }

  #mark(problem: string): void {
    this.#error.textContent = problem;
    this.#title.setAttribute('aria-invalid', String(problem !== ''));
  }
}
