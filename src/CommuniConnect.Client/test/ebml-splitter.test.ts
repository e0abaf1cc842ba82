import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EbmlSplitter, type Piece } from '../src/lib/ebml-splitter.js';

const bytes = (...parts: (number | number[] | Uint8Array)[]) => Uint8Array.from(parts.flatMap((p) => (typeof p === 'number' ? [p] : [...p])));
const element = (id: number[], body: Uint8Array | number[]) => bytes(id, 0x80 | body.length, body);

const header = element([0x1a, 0x45, 0xdf, 0xa3], [0x42, 0x86, 0x81, 1]);
const openSegment = bytes([0x18, 0x53, 0x80, 0x67], 0x01, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
const info = element([0x15, 0x49, 0xa9, 0x66], [0x2a, 0xd7, 0xb1, 0x83, 0x0f, 0x42, 0x40]);
// The payload looks like an EBML header: only a reader that follows sizes is not taken in by it.
const cluster = element([0x1f, 0x43, 0xb6, 0x75], bytes([0xe7, 0x81, 0], element([0xa3], [0x81, 0, 0, 0x80, 0x1a, 0x45, 0xdf, 0xa3])));
const openCluster = bytes([0x1f, 0x43, 0xb6, 0x75], 0xff, [0xe7, 0x81, 1], element([0xa3], [0x81, 0, 1, 0x80, 0x1a, 0x45, 0xdf, 0xa3]));
const document = bytes(header, openSegment, info, cluster, openCluster, openCluster, cluster);

function split(stream: Uint8Array, sizes: (at: number) => number): { pieces: Piece[]; fault: string | null } {
  const splitter = new EbmlSplitter();
  const pieces: Piece[] = [];
  for (let at = 0; at < stream.length; ) {
    const end = at + sizes(at);
    pieces.push(...splitter.push(stream.subarray(at, end)));
    at = end;
  }
  return { pieces, fault: splitter.fault };
}

function documents(pieces: Piece[]): Uint8Array[] {
  const found: number[][] = [];
  for (const piece of pieces) {
    if (piece.startsDocument) found.push([]);
    found.at(-1)!.push(...piece.bytes);
  }
  return found.map((each) => Uint8Array.from(each));
}

test('Second_document_begins_at_its_header_whatever_the_chunking', () => {
  const stream = bytes(document, document, document);
  for (let size = 1; size <= stream.length; size++) {
    const { pieces, fault } = split(stream, () => size);
    assert.equal(fault, null);
    assert.deepEqual(documents(pieces), [document, document, document], `chunks of ${size}`);
  }
});

test('Two_chunks_give_the_same_at_every_split', () => {
  const stream = bytes(document, document);
  for (let at = 1; at < stream.length; at++) {
    const { pieces } = split(stream, (from) => (from === 0 ? at : stream.length));
    assert.deepEqual(documents(pieces), [document, document], `split at ${at}`);
  }
});

test('Payload_bytes_pass_through_before_their_element_is_complete', () => {
  const splitter = new EbmlSplitter();
  const cut = header.length + openSegment.length + info.length + 8;
  const out = splitter.push(document.subarray(0, cut));
  assert.equal(out.reduce((sum, piece) => sum + piece.bytes.length, 0), cut);
});

test('What_is_not_EBML_ends_with_a_fault_and_no_bytes_after_it', () => {
  const splitter = new EbmlSplitter();
  splitter.push(document);
  assert.deepEqual(splitter.push(bytes([0, 0, 0, 0])), []);
  assert.match(splitter.fault ?? '', /bad id/);
  assert.deepEqual(splitter.push(document), []);
});

test('Unknown_size_is_refused_where_the_format_has_none', () => {
  const splitter = new EbmlSplitter();
  splitter.push(bytes(header, openSegment, [0x15, 0x49, 0xa9, 0x66], 0xff));
  assert.match(splitter.fault ?? '', /no size/);
});
