import { serverNowMs } from '../lib/api.js';
import type { UploadHealth } from '../lib/broadcast.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { bytes, clock } from '../lib/format.js';
import { lang } from '../lib/lang.js';
import { text } from '../lib/texts.js';

/** Tells the broadcaster how the upload is doing: a word, a bar, and while it is cut how long the live will wait. */
export class UploadHealthView extends ScopedElement {
  readonly #word = h('strong', { role: 'status' });
  // The word beside it says the same to those who do not see it.
  readonly #bar = h('span', { class: 'bar', 'aria-hidden': 'true' });
  readonly #figures = h('span', { class: 'figures' });

  protected mount(): void {
    this.classList.add('upload-health');
    this.replaceChildren(this.#bar, this.#word, this.#figures);
  }

  /** Shows this; `reconnectUntil` is the ISO time after which the server ends the live, when it is known. */
  show(health: UploadHealth, reconnectUntil: string | null): void {
    const t = text();
    const level = health.level === 'good' && health.lightened ? 'weak' : health.level;
    const weak = health.lightened ? t.uploadLightened : t.uploadWeak;
    const word = { good: t.uploadGood, weak, interrupted: t.uploadInterrupted }[level];
    this.dataset['level'] = level;
    if (this.#word.textContent !== word) this.#word.textContent = word;

    const kbps = Math.round(health.bitsPerSecond / 1000).toLocaleString(lang());
    const figures = [t.uploadRate(kbps, bytes(health.waitingBytes, lang()))];
    const untilMs = Date.parse(reconnectUntil ?? '');
    if (health.level === 'interrupted' && untilMs > serverNowMs()) {
      figures.push(t.uploadLeft(clock((untilMs - serverNowMs()) / 1000)));
    }
    this.#figures.textContent = figures.join(' · ');
  }
}

define('upload-health', UploadHealthView);
