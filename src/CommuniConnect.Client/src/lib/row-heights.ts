/** Where the rows of a long list begin, in pixels: sums and searches take O(log n), whatever the rows' heights. */
export class RowHeights {
  /** A Fenwick tree: entry i (from 1) sums the rows i - lowbit(i) to i - 1. */
  #tree: number[] = [0];
  #heights: number[] = [];

  constructor(
    /** The height of a row that was never drawn. */
    private readonly guess: number,
  ) {}

  get count(): number {
    return this.#heights.length;
  }

  /** All rows together. */
  get total(): number {
    return this.offsetOf(this.count);
  }

  /** Starts anew; undefined for a row that was never drawn. */
  rebuild(heights: readonly (number | undefined)[]): void {
    this.#heights = [];
    this.#tree = [0];
    for (const height of heights) this.append(height);
  }

  /** Adds a row below all others. */
  append(height: number = this.guess): void {
    const place = this.#heights.push(height);
    let sum = height;
    for (let step = 1; step < (place & -place); step <<= 1) sum += this.#tree[place - step]!;
    this.#tree.push(sum);
  }

  /** Corrects a row's height; returns by how much it changed. */
  measure(index: number, height: number): number {
    const change = height - (this.#heights[index] ?? height);
    if (change === 0) return 0;
    this.#heights[index] = height;
    for (let place = index + 1; place < this.#tree.length; place += place & -place) this.#tree[place]! += change;
    return change;
  }

  /** Where a row begins; of the count of rows, where the last one ends. */
  offsetOf(index: number): number {
    let sum = 0;
    for (let place = Math.min(index, this.count); place > 0; place -= place & -place) sum += this.#tree[place]!;
    return sum;
  }

  /** The row at an offset: the last that begins at it or before, bounded to the rows there are. */
  indexAt(offset: number): number {
    let place = 0;
    let left = Math.max(0, offset);
    for (let step = 2 ** Math.floor(Math.log2(Math.max(1, this.count))); step > 0; step >>= 1) {
      const next = place + step;
      if (next >= this.#tree.length || this.#tree[next]! > left) continue;
      place = next;
      left -= this.#tree[next]!;
    }
    return Math.min(place, Math.max(0, this.count - 1));
  }
}
