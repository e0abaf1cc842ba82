/** A piece of what was written. */
export type ContentPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  | { readonly kind: 'mention'; readonly text: string };

// Only what says its scheme: a name with a dot in it is not an address.
const LINK = /\bhttps?:\/\/[^\s<>"'`\p{C}]+/giu;
/** A user name behind an @ that begins a word. */
const MENTION = /(?<![\p{L}\p{N}_@])@[\p{L}\p{N}_][\p{L}\p{N}_.+-]*(?<![.+-])/gu;
/** Ends a sentence rather than an address. */
const TRAILING = /[.,;:!?…»”’\])}]$/u;

/** Cuts a message into text, links and, when it mentions anybody, names; together the pieces are the message again. */
export function piecesOf(content: string, mentions = false): ContentPiece[] {
  const pieces: ContentPiece[] = [];
  let at = 0;
  for (const match of content.matchAll(LINK)) {
    const text = withoutTrailing(match[0]);
    const href = safeAddress(text);
    if (href === null) continue;
    pushText(pieces, content.slice(at, match.index), mentions);
    pieces.push({ kind: 'link', text, href });
    at = match.index + text.length;
  }
  pushText(pieces, content.slice(at), mentions);
  return pieces;
}

/** The address to go to, or null for what is none that a browser may safely open. */
export function safeAddress(text: string): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  // user:password@ is how one site is made to look like another.
  const safe = (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '' && url.username === '' && url.password === '';
  return safe ? url.href : null;
}

function withoutTrailing(text: string): string {
  let rest = text;
  while (TRAILING.test(rest)) {
    const last = rest.at(-1)!;
    const opening = { ')': '(', ']': '[', '}': '{' }[last];
    // A closing bracket belongs to the address when its opening one does: wikipedia.org/wiki/Kipé_(Ratoma)
    if (opening && count(rest, opening) >= count(rest, last)) break;
    rest = rest.slice(0, -last.length);
  }
  return rest;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function pushText(pieces: ContentPiece[], text: string, mentions: boolean): void {
  let at = 0;
  for (const match of mentions ? text.matchAll(MENTION) : []) {
    if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index) });
    pieces.push({ kind: 'mention', text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) });
}
