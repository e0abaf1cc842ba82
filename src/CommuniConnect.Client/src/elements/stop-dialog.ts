import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { text } from '../lib/texts.js';

let dialogs = 0;

/** Asks before a live is stopped. Use `ask(force)`: resolves true when the member means it. */
export class StopDialog extends ScopedElement {
  #dialog: HTMLDialogElement | null = null;

  protected mount(): void {
    this.#dialog?.remove();
    this.#dialog = null;
  }

  /** Shows the question, for a stop that waits for every byte or for one that does not. */
  ask(force: boolean): Promise<boolean> {
    const t = text();
    this.#dialog?.close();
    const id = `stop-dialog-${++dialogs}`;
    const keep = h('button', { type: 'submit', class: 'button quiet', value: 'keep' }, t.keepLive);
    const stop = h('button', { type: 'submit', class: 'button danger', value: 'stop' }, force ? t.forceStop : t.stopLive);
    const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': `${id}-title`, 'aria-describedby': `${id}-text` },
      h('form', { method: 'dialog' },
        h('h2', { id: `${id}-title` }, force ? t.forceQuestion : t.stopQuestion),
        h('p', { id: `${id}-text` }, force ? t.forceExplained : t.stopExplained),
        h('div', { class: 'dialog-actions' }, keep, stop)),
    );
    this.replaceChildren(dialog);
    this.#dialog = dialog;
    return new Promise((resolve) => {
      this.scope.listen(dialog, 'close', () => {
        dialog.remove();
        resolve(dialog.returnValue === 'stop');
      });
      this.scope.onDispose(() => resolve(false));
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
