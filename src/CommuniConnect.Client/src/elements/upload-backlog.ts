import type { BackFillProgress } from '../lib/back-fill.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { bytes } from '../lib/format.js';
import { lang } from '../lib/lang.js';
import { text } from '../lib/texts.js';

/** How far what was missing of a live has been added to its replay: words and a bar. */
export class UploadBacklog extends ScopedElement {
  readonly #words = h('p');
  readonly #bar = h('progress', { 'aria-label': text().backlogLabel, value: 0, max: 1 });

  protected mount(): void {
    this.classList.add('upload-backlog');
    this.replaceChildren(this.#words, this.#bar);
  }

  /** Shows how much is still to be sent. */
  show({ sentBytes, totalBytes }: Pick<BackFillProgress, 'sentBytes' | 'totalBytes'>): void {
    this.#bar.max = Math.max(1, totalBytes);
    this.#bar.value = sentBytes;
    const words = text().backlog(bytes(totalBytes - sentBytes, lang()));
    if (this.#words.textContent !== words) this.#words.textContent = words;
  }
}

define('upload-backlog', UploadBacklog);
