const MARK_MS = 250;

/**
 * The bytes of one take that the server has not yet called durable, addressed by their offset in the take. The oldest of
 * them may be let go of from memory where a store has them too.
 */
export class KeptBytes {
  readonly #chunks: Uint8Array[] = [];
  /** When the byte at `offset` was recorded; four a second are enough. */
  readonly #marks: { offset: number; atMs: number }[] = [];
  #start: number;
  #held: number;
  #end: number;

  /** Begins empty, or with bytes that only a store has. */
  constructor(start = 0, end = start) {
    this.#start = start;
    this.#held = this.#end = end;
  }

  /** Offset of the first byte that is not durable. */
  get start(): number {
    return this.#start;
  }

  /** Offset of the first byte in memory. */
  get held(): number {
    return this.#held;
  }

  /** Offset one past the newest byte. */
  get end(): number {
    return this.#end;
  }

  append(chunk: Uint8Array, nowMs = performance.now()): void {
    if (chunk.length === 0) return;
    const last = this.#marks.at(-1);
    if (!last || nowMs - last.atMs >= MARK_MS) this.#marks.push({ offset: this.#end, atMs: nowMs });
    this.#chunks.push(chunk);
    this.#end += chunk.length;
  }

  /** How long ago the first byte from `offset` on was recorded, in milliseconds; 0 when there is none or it is not known. */
  ageMs(offset: number, nowMs: number): number {
    if (offset >= this.#end) return 0;
    const mark = this.#marks.findLast((each) => each.offset <= offset) ?? this.#marks[0];
    return mark ? Math.max(0, nowMs - mark.atMs) : 0;
  }

  /** How many seconds of recording are kept. */
  get seconds(): number {
    const last = this.#marks.at(-1);
    return last && this.#start < this.#end ? this.ageMs(this.#start, last.atMs + MARK_MS) / 1000 : 0;
  }

  /** Forgets everything before `offset`: it is durable. */
  freeUntil(offset: number): void {
    this.#start = Math.max(this.#start, Math.min(offset, this.#end));
    while (this.#marks.length > 1 && this.#marks[1]!.offset <= this.#start) this.#marks.shift();
    this.letGo(this.#start);
  }

  /** Takes everything before `offset` out of memory. */
  letGo(offset: number): void {
    let left = Math.min(offset, this.#end) - this.#held;
    while (left > 0) {
      const first = this.#chunks[0]!;
      if (first.length > left) {
        this.#chunks[0] = first.subarray(left);
        this.#held += left;
        return;
      }
      this.#chunks.shift();
      this.#held += first.length;
      left -= first.length;
    }
  }

  /** Copies up to `most` bytes from `offset` on; empty when there are none in memory. */
  read(offset: number, most: number): Uint8Array<ArrayBuffer> {
    const length = offset < this.#held ? 0 : Math.max(0, Math.min(most, this.#end - offset));
    const out = new Uint8Array(length);
    let at = this.#held;
    let filled = 0;
    for (const chunk of this.#chunks) {
      if (filled === length) break;
      const from = offset + filled - at;
      if (from < chunk.length) {
        const part = chunk.subarray(from, from + length - filled);
        out.set(part, filled);
        filled += part.length;
      }
      at += chunk.length;
    }
    return out;
  }
}
