import { chatText } from './chat-texts.js';
import { h, icon } from './dom.js';
import { pictureOf } from './chat-picture.js';
import type { ReactionFloat } from './reaction-float.js';
import type { Scope } from './scope.js';

const IN_STEP_KEY = 'communiconnect.chat.in-step';

/** What the chat does when its head is pressed. */
export interface HeaderUse {
  /** The reader wants to see what waits, or does not want messages to wait any more. */
  showAll(): void;
  /** A moderator wants to change the room's rules. */
  manage(): void;
  /** The reader wants to report the whole live, or to see whom it blocked; the focus then goes back to `home`. */
  reportLive(home: HTMLElement): void;
  blockList(home: HTMLElement): void;
}

/** The chat's head: its name, how it goes just now, and the reader's settings. */
export class ChatHeader {
  readonly element: HTMLElement;
  readonly #state = h('span', { class: 'chat-state' });
  readonly #waiting = h('button', { type: 'button', class: 'chat-reply', hidden: true });
  readonly #inStep = h('input', { type: 'checkbox', id: 'chat-in-step' });
  readonly #heldCount = h('span', { class: 'chat-badge', hidden: true });
  readonly #manage = h('button', { type: 'button', class: 'chat-manage', hidden: true, 'aria-haspopup': 'dialog' }, icon('shield'), this.#heldCount);
  readonly #summary = h('summary', { 'aria-label': chatText().settings, title: chatText().settings }, '⚙');
  readonly #settings: HTMLDetailsElement;
  readonly #choices = h('div', { class: 'chat-choices' });

  constructor(
    scope: Scope,
    float: ReactionFloat,
    use: HeaderUse,
  ) {
    const t = chatText();
    this.#inStep.checked = readChoice();
    const floating = h('input', { type: 'checkbox', id: 'chat-floating' });
    floating.checked = float.wanted;
    scope.listen(floating, 'change', () => (float.wanted = floating.checked));
    this.#choices.append(
      h('label', { class: 'chat-choice' }, floating, h('span', {}, t.floating)),
      h('label', { class: 'chat-choice only-live' }, this.#inStep, h('span', {}, t.inStep, h('small', {}, t.inStepHint))),
      ...(['reportLive', 'blockList'] as const).map((name) => {
        const button = h('button', { type: 'button', class: 'chat-choice' }, t[name]);
        scope.listen(button, 'click', () => {
          this.#close();
          use[name](this.#summary);
        });
        return button;
      }),
    );
    this.#settings = h(
      'details',
      { class: 'chat-settings' },
      this.#summary,
      this.#choices,
    );
    this.element = h(
      'div',
      { class: 'chat-head' },
      h('h2', {}, t.title),
      this.#state,
      this.#waiting,
      this.#manage,
      this.#settings,
    );
    scope.listen(this.#manage, 'click', () => use.manage());
    scope.listen(this.#waiting, 'click', () => use.showAll());
    scope.listen(this.#inStep, 'change', () => {
      writeChoice(this.#inStep.checked);
      if (!this.#inStep.checked) use.showAll();
    });
    scope.listen<KeyboardEvent>(this.#settings, 'keydown', (event) => {
      if (event.key !== 'Escape' || !this.#settings.open) return;
      this.#close();
      event.stopPropagation();
    });
    scope.listen(document, 'pointerdown', (event) => {
      if (this.#settings.open && !this.#settings.contains(event.target as Node)) this.#settings.open = false;
    });
  }

  /** Messages wait until the viewer's picture is where they were written. */
  get inStep(): boolean {
    return this.#inStep.checked;
  }

  /** What the viewer's picture shows, in seconds of the live; null without one. */
  seenSeconds(liveId: number): number | null {
    return pictureOf(liveId).mediaSeconds;
  }

  /** Offers the room's rules to whoever may change them. */
  manage(canModerate: boolean, held: number): void {
    this.#manage.hidden = !canModerate;
    this.#heldCount.hidden = held === 0;
    this.#heldCount.textContent = String(held);
    const words = held > 0 ? chatText().roomHeld(held) : chatText().room;
    this.#manage.setAttribute('aria-label', words);
    this.#manage.title = words;
  }

  /** Says that the list moves in larger steps. */
  set slowed(slowed: boolean) {
    const words = slowed ? chatText().slowed : '';
    if (this.#state.textContent !== words) this.#state.textContent = words;
  }

  /** Says how many messages wait for the picture. */
  set waiting(count: number) {
    const words = count > 0 ? chatText().waiting(count) : '';
    if (this.#waiting.textContent === words) return;
    this.#waiting.textContent = words;
    this.#waiting.title = chatText().showNow;
    this.#waiting.hidden = count === 0;
  }

  /** The live is over: nothing waits any more. */
  over(): void {
    this.waiting = 0;
    this.slowed = false;
    for (const choice of this.#choices.querySelectorAll<HTMLElement>('.only-live')) choice.hidden = true;
  }

  #close(): void {
    this.#settings.open = false;
    this.#summary.focus();
  }
}

function readChoice(): boolean {
  try {
    return localStorage.getItem(IN_STEP_KEY) !== 'no';
  } catch {
    return true;
  }
}

function writeChoice(inStep: boolean): void {
  try {
    localStorage.setItem(IN_STEP_KEY, inStep ? 'yes' : 'no');
  } catch {
    // Storage may be switched off; the choice is then only for this page.
  }
}
