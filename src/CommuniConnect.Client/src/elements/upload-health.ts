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

  /** Shows this; `untilMs` is when the server ends the live, by its own clock, while it waits for it. */
  show(health: UploadHealth, untilMs: number | null): void {
    const t = text();
    const level = health.level === 'good' && health.lightened ? 'weak' : health.level;
    const weak = health.lightened ? t.uploadLightened : t.uploadWeak;
    const word = { good: t.uploadGood, weak, interrupted: t.uploadInterrupted }[level];
    this.dataset['level'] = level;
    if (this.#word.textContent !== word) this.#word.textContent = word;

    const waiting = bytes(health.waitingBytes, lang());
    if (health.level !== 'interrupted') {
      const kbps = Math.round(health.bitsPerSecond / 1000).toLocaleString(lang());
      const rate = t.uploadRate(kbps, waiting);
      this.#figures.textContent = health.hasSmall ? `${rate} · ${t.uploadSmall}` : rate;
      return;
    }
    const seconds = Math.round(health.waitingSeconds).toLocaleString(lang());
    const figures = [t.uploadWaiting(waiting, seconds)];
    const leftSeconds = untilMs === null ? 0 : (untilMs - serverNowMs()) / 1000;
    if (untilMs !== null) figures.push(leftSeconds > 0 ? t.uploadLeft(clock(leftSeconds)) : t.uploadExpired);
    this.#figures.textContent = figures.join(' · ');
  }
}

define('upload-health', UploadHealthView);
