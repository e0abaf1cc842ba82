/** An element as data: its id, and a number, text, bytes or child elements as its content. */
export type Element = readonly [id: number, content: number | Float | string | Uint8Array | readonly Element[]];

/** A number written as an 8-byte float; plain numbers become unsigned integers. */
export class Float {
  constructor(readonly value: number) {}
}

/** The size that means "until a parent's end or a sibling's beginning" (RFC 8794 §6.2). */
const UNKNOWN_SIZE = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/** The bytes of these elements, one after the other. */
export function encode(elements: readonly Element[]): Uint8Array<ArrayBuffer> {
  return concat(elements.map(([id, content]) => {
    const body = bodyOf(content);
    return concat([unsigned(id), sizeOf(body.length), body]);
  }));
}

/** The head of an element that stays open. */
export function openHead(id: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...unsigned(id), ...UNKNOWN_SIZE]);
}

/** An EBML size: leading zero bits count its bytes, and all ones is kept for "unknown". */
export function sizeOf(length: number): Uint8Array<ArrayBuffer> {
  let bytes = 1;
  while (length >= 2 ** (7 * bytes) - 1) bytes++;
  const out = new Uint8Array(bytes);
  for (let i = bytes - 1, rest = length; i >= 0; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256;
  out[0]! |= 0x80 >> (bytes - 1);
  return out;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function bodyOf(content: Element[1]): Uint8Array {
  if (typeof content === 'number') return unsigned(content);
  if (typeof content === 'string') return new TextEncoder().encode(content);
  if (content instanceof Uint8Array) return content;
  if (content instanceof Float) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, content.value);
    return bytes;
  }
  return encode(content);
}

function unsigned(value: number): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes.length > 0 ? bytes : [0]);
}
