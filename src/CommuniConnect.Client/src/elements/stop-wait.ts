import type { Broadcast } from '../lib/broadcast.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { text } from '../lib/texts.js';
import type { UploadBacklog } from './upload-backlog.js';
import './upload-backlog.js';

const LOOK_MS = 200;

/** A stop that waits until everything recorded is on the server: how far it is, and a way not to wait. */
export class StopWait extends ScopedElement {
  readonly #bar = h('upload-backlog' as 'div') as unknown as UploadBacklog;
  #giveUp: AbortController | null = null;

  protected mount(): void {
    this.classList.add('stop-wait');
    const button = h('button', { type: 'button', class: 'button quiet' }, text().backlogNoWait);
    this.scope.listen(button, 'click', () => this.giveUp());
    this.replaceChildren(this.#bar, button);
    this.hidden = this.#giveUp === null;
  }

  /** Waits; what is left when the member gives up goes on behind. */
  async wait(broadcast: Broadcast): Promise<void> {
    const giveUp = new AbortController();
    this.#giveUp = giveUp;
    this.hidden = false;
    const life = this.scope.child();
    let most = 0;
    const show = () => {
      const { waitingBytes } = broadcast.health(performance.now());
      most = Math.max(most, waitingBytes);
      this.#bar.show({ sentBytes: most - waitingBytes, totalBytes: most });
    };
    life.interval(show, LOOK_MS);
    show();
    await broadcast.finish(giveUp.signal);
    life.dispose();
    this.#giveUp = null;
    this.hidden = true;
  }

  /** Waits no longer. */
  giveUp(): void {
    this.#giveUp?.abort();
  }
}

define('stop-wait', StopWait);
