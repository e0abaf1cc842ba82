import { RowHeights } from './row-heights.js';
import type { Scope } from './scope.js';

/** What a list shows. */
export interface RowSource {
  readonly count: number;
  /** A row's name, the same as long as it is the same row. */
  keyOf(index: number): number;
  /** Where the row of that name is now, or -1. */
  indexOf(key: number): number;
  draw(index: number): HTMLElement;
}

const GUESS_PX = 56;
/** Rows are there this far beyond what is seen, so that a flick of the finger or the next Tab finds them. */
const BEYOND_PX = 900;
/** This near to the end counts as being there. */
const NEAR_PX = 48;

/**
 * Draws the rows of a long list that are in sight and a little beyond. Where they stand is kept by blank space above and
 * below, so that the browser scrolls, selects, searches and reads them as any list.
 */
export class VirtualRows {
  readonly #heights = new RowHeights(GUESS_PX);
  /** By key: rows keep their measured height when they leave the page. */
  readonly #measured = new Map<number, number>();
  readonly #drawn = new Map<number, HTMLElement>();
  readonly #resized: ResizeObserver;
  #sticking = true;

  constructor(
    scope: Scope,
    private readonly scroller: HTMLElement,
    private readonly list: HTMLElement,
    private readonly source: RowSource,
    /** The reader went to another place. */
    private readonly moved: () => void,
  ) {
    scope.listen(scroller, 'scroll', () => this.#scrolled(), { passive: true });
    this.#resized = new ResizeObserver(() => this.#resettle());
    this.#resized.observe(scroller);
    scope.onDispose(() => this.#resized.disconnect());
  }

  /** The end of the list is in sight and stays there when rows come. */
  get sticking(): boolean {
    return this.#sticking;
  }

  /** The rows that are on the page, in no order. */
  get drawn(): Iterable<HTMLElement> {
    return this.#drawn.values();
  }

  /** The row's element while it is on the page. */
  elementOf(key: number): HTMLElement | undefined {
    return this.#drawn.get(key);
  }

  /** Goes to the end and stays there. */
  stick(): void {
    this.#sticking = true;
    this.#draw();
  }

  /** Stays where the reader is, also at the end. */
  hold(): void {
    this.#sticking = false;
  }

  /** Rows came below all others. */
  appended(): void {
    for (let index = this.#heights.count; index < this.source.count; index++) {
      this.#heights.append(this.#measured.get(this.source.keyOf(index)));
    }
    this.#draw();
  }

  /** Rows came, went or changed places; what the reader looks at stays where it is. */
  changed(): void {
    const anchor = this.#anchor();
    this.#rebuild();
    if (anchor && !this.#sticking) this.#restore(anchor);
    this.#draw();
  }

  /** These rows look different now. */
  redraw(keys: Iterable<number>): void {
    for (const key of keys) this.#drop(key);
    this.#draw();
  }

  /** Everything is another list now, shown from its end. */
  reset(): void {
    for (const key of [...this.#drawn.keys()]) this.#drop(key);
    this.#rebuild();
    this.stick();
  }

  /** Brings a row into sight and returns its element. */
  reveal(index: number): HTMLElement | undefined {
    if (index < 0 || index >= this.source.count) return undefined;
    const top = this.list.offsetTop + this.#heights.offsetOf(index);
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop || top > scrollTop + clientHeight - GUESS_PX) {
      this.#sticking = false;
      this.scroller.scrollTop = top - clientHeight / 3;
    }
    this.#draw();
    const element = this.#drawn.get(this.source.keyOf(index));
    element?.scrollIntoView({ block: 'nearest' });
    return element;
  }

  #rebuild(): void {
    const { source } = this;
    this.#heights.rebuild(Array.from({ length: source.count }, (_, index) => this.#measured.get(source.keyOf(index))));
  }

  /** The first row in sight that is still in the list, and how far its top is above that of the sight. */
  #anchor(): { key: number; above: number } | null {
    const top = this.scroller.scrollTop - this.list.offsetTop;
    const rows = [...this.#drawn].map(([key, element]) => ({ key, index: Number(element.dataset['row']) }));
    rows.sort((a, b) => a.index - b.index);
    const seen = rows.find(({ key, index }) => this.#heights.offsetOf(index + 1) > top && this.source.indexOf(key) >= 0);
    return seen ? { key: seen.key, above: top - this.#heights.offsetOf(seen.index) } : null;
  }

  #restore({ key, above }: { key: number; above: number }): void {
    this.#space(0, 0, this.#heights.total);
    this.scroller.scrollTop = this.list.offsetTop + this.#heights.offsetOf(this.source.indexOf(key)) + above;
  }

  #scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.#sticking = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    this.#draw();
    this.moved();
  }

  #resettle(): void {
    if (this.#measure() !== 0 || this.#sticking) this.#draw();
  }

  #draw(): void {
    if (this.#sticking) this.#toEnd();
    // Twice when the heights guessed were far off: what was drawn may not fill the sight.
    for (let pass = 0; pass < 2; pass++) {
      const [from, to] = this.#range();
      this.#reconcile(from, to);
      const moved = this.#measure();
      this.#spaceAround(from, to);
      if (this.#sticking) this.#toEnd();
      else if (moved !== 0) this.scroller.scrollTop += moved;
      if (this.#covers(from, to)) return;
    }
  }

  #toEnd(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #range(): [from: number, to: number] {
    if (this.#heights.count === 0) return [0, 0];
    const { clientHeight, scrollTop } = this.scroller;
    const top = this.#sticking ? this.#heights.total - clientHeight : scrollTop - this.list.offsetTop;
    return [this.#heights.indexAt(top - BEYOND_PX), this.#heights.indexAt(top + clientHeight + BEYOND_PX) + 1];
  }

  #covers(from: number, to: number): boolean {
    const [first, last] = this.#range();
    return first >= from && last <= to;
  }

  /** Only what came or went is touched: focus, selection and what a reader is being told stay. */
  #reconcile(from: number, to: number): void {
    const keys = new Set<number>();
    for (let index = from; index < to; index++) keys.add(this.source.keyOf(index));
    for (const key of [...this.#drawn.keys()]) if (!keys.has(key)) this.#drop(key);
    let next: Element | null = this.list.firstElementChild;
    for (let index = from; index < to; index++) {
      const key = this.source.keyOf(index);
      let element = this.#drawn.get(key);
      if (!element) {
        element = this.source.draw(index);
        this.#drawn.set(key, element);
        this.list.insertBefore(element, next);
        this.#resized.observe(element);
      } else if (element === next) next = next.nextElementSibling;
      else this.list.insertBefore(element, next);
      element.dataset['row'] = String(index);
    }
  }

  #drop(key: number): void {
    const element = this.#drawn.get(key);
    if (!element) return;
    this.#drawn.delete(key);
    this.#resized.unobserve(element);
    // Whoever reads by keyboard goes on from the list itself.
    if (element.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
    element.remove();
  }

  /** Corrects the heights of what is drawn; returns by how much the rows above the reader's first one grew. */
  #measure(): number {
    const top = this.scroller.scrollTop - this.list.offsetTop;
    const first = this.#heights.count === 0 ? 0 : this.#heights.indexAt(top);
    let above = 0;
    for (const [key, element] of this.#drawn) {
      const height = element.getBoundingClientRect().height;
      if (height === 0) continue; // the whole chat is hidden
      const index = Number(element.dataset['row']);
      const change = this.#heights.measure(index, height);
      this.#measured.set(key, height);
      if (index < first) above += change;
    }
    return above;
  }

  #spaceAround(from: number, to: number): void {
    const { total } = this.#heights;
    this.#space(this.#heights.offsetOf(from), total - this.#heights.offsetOf(to), total);
  }

  #space(above: number, below: number, total: number): void {
    const { style } = this.list;
    style.paddingTop = `${above}px`;
    style.paddingBottom = `${Math.max(0, below)}px`;
    style.minHeight = `${total}px`;
  }
}
