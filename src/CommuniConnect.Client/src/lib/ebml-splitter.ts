/** Bytes that belong together; `startsDocument` is true for the piece that begins with an EBML header. */
export interface Piece {
  readonly startsDocument: boolean;
  readonly bytes: Uint8Array;
}

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;

/**
 * Finds where a new WebM document begins inside one endless stream (RFC 8794: an EBML header ends every element of
 * unknown size before it). Bytes pass through at once, whatever the chunking; only an unfinished element head waits.
 */
export class EbmlSplitter {
  #held: Uint8Array = new Uint8Array(0);
  #payloadLeft = 0;
  #startsDocument = false;
  #fault: string | null = null;

  /** Why the stream cannot be followed any further, or null while it can. */
  get fault(): string | null {
    return this.#fault;
  }

  /** Takes the next bytes; returns them cut at document starts. Nothing more comes out after a fault. */
  push(chunk: Uint8Array): Piece[] {
    if (this.#fault !== null) return [];
    const data = this.#held.length === 0 ? chunk : join(this.#held, chunk);
    const pieces: Piece[] = [];
    let start = 0;
    let at = 0;
    const cut = () => {
      if (at === start) return;
      pieces.push({ startsDocument: this.#startsDocument, bytes: data.subarray(start, at) });
      this.#startsDocument = false;
      start = at;
    };

    while (at < data.length) {
      if (this.#payloadLeft > 0) {
        const step = Math.min(this.#payloadLeft, data.length - at);
        at += step;
        this.#payloadLeft -= step;
        continue;
      }
      const head = readHead(data, at);
      if (head === 'incomplete') break;
      if (typeof head === 'string') {
        this.#fault = head;
        break;
      }
      if (head.id === EBML) {
        cut();
        this.#startsDocument = true;
      }
      at += head.length;
      // A Segment is always walked into; a Cluster only when its end is unknown. Known payloads are skipped whole.
      if (head.id === SEGMENT || (head.id === CLUSTER && head.size === null)) continue;
      if (head.size === null) {
        this.#fault = `element ${head.id.toString(16)} has no size`;
        break;
      }
      this.#payloadLeft = head.size;
    }

    cut();
    this.#held = this.#fault === null ? data.slice(at) : new Uint8Array(0);
    return pieces;
  }
}

interface Head {
  readonly id: number;
  /** Payload bytes, or null when unknown. */
  readonly size: number | null;
  readonly length: number;
}

// RFC 8794 §4: the leading zero bits of the first byte give the length; ids keep the marker bit, sizes lose it.
function readHead(data: Uint8Array, at: number): Head | 'incomplete' | `bad ${string}` {
  const first = data[at]!;
  const idLength = Math.clz32(first) - 23;
  if (idLength > 4) return 'bad id';
  if (at + idLength >= data.length) return 'incomplete';
  let id = 0;
  for (let i = 0; i < idLength; i++) id = id * 256 + data[at + i]!;

  const sizeAt = at + idLength;
  const sizeFirst = data[sizeAt]!;
  const sizeLength = Math.clz32(sizeFirst) - 23;
  if (sizeLength > 8) return 'bad size';
  if (sizeAt + sizeLength > data.length) return 'incomplete';
  const mask = 0xff >> sizeLength;
  let size = sizeFirst & mask;
  let allOnes = size === mask;
  for (let i = 1; i < sizeLength; i++) {
    const byte = data[sizeAt + i]!;
    allOnes &&= byte === 0xff;
    size = size * 256 + byte;
  }
  if (!allOnes && size > Number.MAX_SAFE_INTEGER) return 'bad size';
  return { id, size: allOnes ? null : size, length: idLength + sizeLength };
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
