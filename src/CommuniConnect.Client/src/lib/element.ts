import { Scope } from './scope.js';

/** A custom element in light DOM whose listeners and timers end when it leaves the page. */
export abstract class ScopedElement extends HTMLElement {
  protected scope = new Scope();

  connectedCallback(): void {
    if (this.scope.signal.aborted) this.scope = new Scope();
    this.mount();
  }

  disconnectedCallback(): void {
    this.scope.dispose();
  }

  /** Draws the element and starts what it does; everything started belongs to `scope`. */
  protected abstract mount(): void;

  /** Tells the page something happened. */
  protected emit(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

/** Registers an element once: a page may load two bundles that share it. */
export function define(name: string, type: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, type);
}
