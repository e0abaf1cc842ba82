import { sentence } from '../lib/api.js';
import { askDialog } from '../lib/ask-dialog.js';
import type { ChatContext } from '../lib/chat-context.js';
import { authorName, type ChatMessage } from '../lib/chat-message.js';
import { h } from '../lib/dom.js';
import { ModerationApi } from '../lib/moderation-api.js';
import { moderationText } from '../lib/moderation-texts.js';

/** The server takes a correction for this long. */
const CORRECTABLE_MS = 60_000;

interface Action {
  readonly words: string;
  readonly danger?: boolean;
  run(): void;
}

/**
 * What can be done with a message, in a menu under its button: arrows choose, Enter does, Escape goes back.
 * https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/
 */
export function openMessageMenu(context: ChatContext, anchor: HTMLElement, message: ChatMessage): void {
  document.querySelector('.chat-menu')?.remove();
  const home = anchor.closest<HTMLElement>('[role=log]') ?? anchor;
  const actions = actionsOn(context, home, message);
  const scope = context.scope.child();
  const items = actions.map(({ words, danger }) =>
    h('button', { type: 'button', role: 'menuitem', tabindex: -1, class: danger ? 'danger' : '' }, words));
  const menu = h('div', { class: 'chat-menu', role: 'menu', 'aria-label': moderationText().actions }, ...items);
  const close = (refocus: boolean) => {
    if (scope.signal.aborted) return;
    scope.dispose();
    anchor.removeAttribute('aria-expanded');
    menu.remove();
    if (refocus) (anchor.isConnected ? anchor : home).focus({ preventScroll: true });
  };
  scope.onDispose(() => menu.remove());
  items.forEach((item, index) => scope.listen(item, 'click', () => {
    close(true);
    actions[index]!.run();
  }));
  scope.listen<KeyboardEvent>(menu, 'keydown', (event) => {
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (next !== undefined) items[(next + items.length) % items.length]!.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  scope.listen<FocusEvent>(menu, 'focusout', (event) => {
    if (!menu.contains(event.relatedTarget as Node | null)) close(false);
  });
  anchor.setAttribute('aria-expanded', 'true');
  (anchor.closest('live-chat') ?? document.body).append(menu);
  place(menu, anchor);
  scope.listen(window, 'resize', () => close(true));
  items[0]?.focus();
}

/** Pins a message, or none for null. */
export async function pin(context: ChatContext, message: ChatMessage | null): Promise<void> {
  try {
    context.roomChanged(await new ModerationApi(context.liveId).pin(message?.id ?? null));
    context.say(message ? moderationText().pinned : moderationText().unpinned);
  } catch (error) {
    context.say(sentence(error));
  }
}

function actionsOn(context: ChatContext, home: HTMLElement, message: ChatMessage): Action[] {
  const t = moderationText();
  const { scope } = context;
  const calls = new ModerationApi(context.liveId);
  const mine = message.author.id === context.meId;
  const name = authorName(message);
  const actions: Action[] = [];
  if (mine && context.live && context.nowMs - Date.parse(message.timestamp) < CORRECTABLE_MS) {
    actions.push({ words: t.correct, run: () => context.correct(message) });
  }
  if (context.member.can_moderate) actions.push({ words: t.pin, run: () => void pin(context, message) });
  if (mine || context.member.can_moderate) {
    actions.push({ words: t.remove, danger: true, run: () => askDialog(scope, home, {
      title: t.remove, explained: t.removeExplained, confirm: t.remove, danger: true, reason: mine ? 'none' : 'may',
    }, async (reason) => {
      await calls.remove(message.id, reason);
      context.removed([message.id]);
      context.say(t.removed);
    }) });
  }
  if (mine) return actions;
  if (context.member.can_moderate) {
    for (const kind of ['silence', 'ban'] as const) {
      const words = t[kind](name);
      const done = kind === 'silence' ? t.silenced(name) : t.banned(name);
      actions.push({ words, danger: kind === 'ban', run: () => askDialog(scope, home, {
        title: words, explained: '', confirm: t.confirm, danger: true, reason: 'may', durations: t.durations,
      }, async (reason, seconds) => {
        await calls.sanction(message.author.id, kind, seconds, reason);
        context.say(done);
      }) });
    }
  }
  actions.push({ words: t.report, run: () => askDialog(scope, home, {
    title: t.report, explained: t.reportExplained, confirm: t.report, danger: false, reason: 'must',
  }, async (reason) => {
    await calls.report(message.id, reason);
    context.say(t.reported);
  }) });
  actions.push({ words: t.block(name), run: () => askDialog(scope, home, {
    title: t.block(name), explained: t.blockExplained, confirm: t.block(name), danger: false, reason: 'none',
  }, async () => {
    await calls.block(message.author.id);
    context.blocked(message.author.id);
    context.say(t.blocked(name));
  }) });
  return actions;
}

/** Under its button, or above it where there is no room, and within the window. */
function place(menu: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + height <= innerHeight;
  menu.style.top = `${Math.max(4, below ? at.bottom : at.top - height)}px`;
  menu.style.left = `${Math.min(Math.max(4, at.right - width), innerWidth - width - 4)}px`;
}
