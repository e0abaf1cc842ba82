import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { text } from '../lib/texts.js';

/** As many characters as the server takes. */
const LONGEST_REASON = 300;

let dialogs = 0;

/** What a member answered who means it. */
export interface StopAnswer {
  /** For the author of the live; empty when none was given. */
  readonly reason: string;
}

/** Asks before a live is stopped. Use `ask(force)`: resolves null when the live is to go on. */
export class StopDialog extends ScopedElement {
  #dialog: HTMLDialogElement | null = null;

  protected mount(): void {
    this.#dialog?.remove();
    this.#dialog = null;
  }

  /**
   * Shows the question, for a stop that waits for every byte or for one that does not.
   * @param ofOther the live is somebody else's, who is told the reason.
   */
  ask(force: boolean, ofOther = false): Promise<StopAnswer | null> {
    const t = text();
    this.#dialog?.close();
    const id = `stop-dialog-${++dialogs}`;
    const keep = h('button', { type: 'submit', class: 'button quiet', value: 'keep' }, t.keepLive);
    const stop = h('button', { type: 'submit', class: 'button danger', value: 'stop' }, force ? t.forceStop : t.stopLive);
    const reason = h('input', { type: 'text', id: `${id}-reason`, maxlength: LONGEST_REASON, autocomplete: 'off' });
    // Enter in the field would press the first button: it gives the answer whose reason was written.
    this.scope.listen<KeyboardEvent>(reason, 'keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      stop.click();
    });
    const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': `${id}-title`, 'aria-describedby': `${id}-text` },
      h('form', { method: 'dialog' },
        h('h2', { id: `${id}-title` }, force ? t.forceQuestion : t.stopQuestion),
        h('p', { id: `${id}-text` }, force ? t.forceExplained : t.stopExplained),
        ...(ofOther ? [h('div', { class: 'field' }, h('label', { for: reason.id }, t.stopReason), reason)] : []),
        h('div', { class: 'dialog-actions' }, keep, stop)),
    );
    this.replaceChildren(dialog);
    this.#dialog = dialog;
    return new Promise((resolve) => {
      this.scope.listen(dialog, 'close', () => {
        dialog.remove();
        resolve(dialog.returnValue === 'stop' ? { reason: reason.value.trim() } : null);
      });
      this.scope.onDispose(() => resolve(null));
      dialog.showModal();
      // The harmless answer has the focus: Enter by accident must not end a live.
      keep.focus();
    });
  }

  /** Withdraws the question: the live has ended meanwhile. */
  dismiss(): void {
    this.#dialog?.close();
  }
}

define('stop-dialog', StopDialog);
