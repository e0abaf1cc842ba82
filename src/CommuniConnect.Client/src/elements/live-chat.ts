import { define, ScopedElement } from '../lib/element.js';

/** The conversation beside a live. Attributes: `live-id`, `me-id`. */
export class LiveChat extends ScopedElement {
  protected mount(): void {
    this.classList.add('chat');
  }
}

define('live-chat', LiveChat);
