import { h } from '../lib/dom.js';
import { lang } from '../lib/lang.js';
import type { Scope } from '../lib/scope.js';
import { EMOJI_GROUPS } from '../lib/emoji-groups.js';

const COLUMNS = 8;
const RECENT_KEY = 'communiconnect.emoji';
const MOST_RECENT = 16;

const words = {
  fr: { picker: 'Choisir un emoji', recent: 'Récents' },
  en: { picker: 'Choose an emoji', recent: 'Recent' },
};

/**
 * A grid of the device's own emoji: one stop of the Tab key, arrows move in it, Enter takes, Escape leaves.
 * https://www.w3.org/WAI/ARIA/apg/patterns/grid/
 */
export class EmojiPicker {
  readonly element: HTMLElement;

  constructor(
    scope: Scope,
    private readonly pick: (emoji: string) => void,
    private readonly close: () => void,
  ) {
    this.element = h('div', { class: 'emoji-picker', role: 'dialog', 'aria-label': words[lang()].picker });
    scope.listen<KeyboardEvent>(this.element, 'keydown', (event) => this.#key(event));
    scope.listen(this.element, 'click', (event) => this.#clicked(event.target as HTMLElement));
    scope.listen<FocusEvent>(this.element, 'focusout', (event) => {
      const to = event.relatedTarget as Node | null;
      if (to && !this.element.contains(to)) this.close();
    });
  }

  /** Draws the groups, the member's own in front, and takes the focus. */
  open(): void {
    const recent = readRecent();
    const groups = EMOJI_GROUPS.map(({ fr, en, emoji }) => this.#group(lang() === 'en' ? en : fr, emoji));
    if (recent.length > 0) groups.unshift(this.#group(words[lang()].recent, recent));
    this.element.replaceChildren(...groups);
    const first = this.#buttons[0];
    if (first) this.#go(first);
  }

  get #buttons(): HTMLButtonElement[] {
    return [...this.element.querySelectorAll('button')];
  }

  #group(name: string, emoji: readonly string[]): HTMLElement {
    return h(
      'section',
      { class: 'emoji-group', 'aria-label': name },
      h('h3', {}, name),
      h('div', { class: 'emoji-grid' }, ...emoji.map((each) => h('button', { type: 'button', tabindex: -1, value: each }, each))),
    );
  }

  #clicked(target: HTMLElement): void {
    const emoji = target.closest('button')?.value;
    if (!emoji) return;
    writeRecent([emoji, ...readRecent().filter((each) => each !== emoji)].slice(0, MOST_RECENT));
    this.pick(emoji);
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      return;
    }
    const buttons = this.#buttons;
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || at < 0) return;
    event.preventDefault();
    const next = buttons[Math.min(Math.max(0, at + step), buttons.length - 1)];
    if (next) this.#go(next);
  }

  #go(button: HTMLButtonElement): void {
    for (const each of this.#buttons) each.tabIndex = each === button ? 0 : -1;
    button.focus();
    button.scrollIntoView({ block: 'nearest' });
  }
}

function readRecent(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(RECENT_KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string').slice(0, MOST_RECENT) : [];
  } catch {
    return [];
  }
}

function writeRecent(emoji: readonly string[]): void {
  try {
    localStorage.setItem(RECENT_KEY, JSON.stringify(emoji));
  } catch {
    // Storage may be switched off: there are simply no recent ones next time.
  }
}
