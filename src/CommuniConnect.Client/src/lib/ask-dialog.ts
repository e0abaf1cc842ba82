import { sentence } from './api.js';
import { h } from './dom.js';
import { moderationText } from './moderation-texts.js';
import type { Scope } from './scope.js';

/** What a dialog asks. */
export interface Question {
  readonly title: string;
  readonly explained: string;
  /** The words on the button that does it. */
  readonly confirm: string;
  readonly danger: boolean;
  /** Asks why; 'must' makes an answer necessary. */
  readonly reason: 'may' | 'must' | 'none';
  /** Offers these lengths of time. */
  readonly durations?: readonly (readonly [seconds: number, words: string])[];
}

let dialogs = 0;

/**
 * Asks before something is done, and stays open with the server's sentence when it is refused. The focus goes back to
 * where it came from, or to `home` when that is gone.
 */
export function askDialog(
  scope: Scope,
  home: HTMLElement,
  question: Question,
  act: (reason: string, seconds: number) => Promise<unknown>,
): void {
  const t = moderationText();
  const id = `ask-dialog-${++dialogs}`;
  const from = document.activeElement;
  const reason = h('input', { type: 'text', id: `${id}-reason`, maxlength: 300, required: question.reason === 'must', autocomplete: 'off' });
  const duration = h('select', { id: `${id}-duration` },
    ...(question.durations ?? []).map(([seconds, words]) => h('option', { value: seconds }, words)));
  const alert = h('p', { class: 'alert error', role: 'alert', hidden: true });
  const confirm = h('button', { type: 'submit', class: question.danger ? 'button danger' : 'button primary' }, question.confirm);
  const cancel = h('button', { type: 'button', class: 'button quiet' }, t.cancel);
  const form = h(
    'form',
    { method: 'dialog' },
    h('h2', { id: `${id}-title` }, question.title),
    h('p', { id: `${id}-text` }, question.explained),
    question.durations ? h('div', { class: 'field' }, h('label', { for: duration.id }, t.duration), duration) : null,
    question.reason === 'none' ? null
      : h('div', { class: 'field' }, h('label', { for: reason.id }, question.reason === 'must' ? t.reason : t.reasonOptional), reason),
    alert,
    h('div', { class: 'dialog-actions' }, cancel, confirm),
  );
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': `${id}-title`, 'aria-describedby': `${id}-text` }, form);
  scope.listen(cancel, 'click', () => dialog.close());
  scope.listen(dialog, 'close', () => {
    dialog.remove();
    const back = from instanceof HTMLElement && from.isConnected ? from : home;
    back.focus({ preventScroll: true });
  });
  scope.listen(form, 'submit', (event) => {
    event.preventDefault();
    confirm.disabled = true;
    act(reason.value.trim(), Number(duration.value)).then(
      () => dialog.close(),
      (error: unknown) => {
        alert.textContent = sentence(error);
        alert.hidden = false;
        confirm.disabled = false;
      },
    );
  });
  scope.onDispose(() => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  // The harmless control has the focus: Enter by accident must do nothing.
  if (question.durations) duration.focus();
  else if (question.reason === 'none') cancel.focus();
  else reason.focus();
}
