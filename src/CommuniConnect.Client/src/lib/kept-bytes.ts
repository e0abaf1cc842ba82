/** The bytes of one take that the server has not yet called durable, addressed by their offset in the take. */
export class KeptBytes {
  readonly #chunks: Uint8Array[] = [];
  #start = 0;
  #end = 0;

  /** Offset of the first byte still kept. */
  get start(): number {
    return this.#start;
  }

  /** Offset one past the newest byte. */
  get end(): number {
    return this.#end;
  }

  append(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#end += chunk.length;
  }

  /** Forgets everything before `offset`. */
  freeUntil(offset: number): void {
    let left = Math.min(offset, this.#end) - this.#start;
    while (left > 0) {
      const first = this.#chunks[0]!;
      if (first.length > left) {
        this.#chunks[0] = first.subarray(left);
        this.#start += left;
        return;
      }
      this.#chunks.shift();
      this.#start += first.length;
      left -= first.length;
    }
  }

  /** Copies up to `most` bytes from `offset` on; empty when there are none. */
  read(offset: number, most: number): Uint8Array<ArrayBuffer> {
    const length = Math.max(0, Math.min(most, this.#end - offset));
    const out = new Uint8Array(length);
    let at = this.#start;
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
