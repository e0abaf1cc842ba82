import type { MemberName } from './chat-api.js';

/** The name that is being written behind an @, and where it stands in the field. */
export interface MentionQuery {
  /** Where the @ is. */
  readonly from: number;
  readonly to: number;
  readonly letters: string;
}

/** A name is at most this long: behind it nobody means a name any more. */
const LONGEST = 40;
const MOST_PROPOSED = 6;

/** What is being completed when the caret is at `caret`; null when that is no mention. */
export function mentionAt(value: string, caret: number): MentionQuery | null {
  const from = value.lastIndexOf('@', caret - 1);
  if (from < 0 || from >= caret || caret - from > LONGEST) return null;
  // An @ within a word is an e-mail address.
  if (from > 0 && !/[\s(«"'’]/u.test(value[from - 1]!)) return null;
  const letters = value.slice(from + 1, caret);
  // First and last name: one blank within, none in front.
  return /^(?:[^\s@]+(?: [^\s@]*)?)?$/u.test(letters) ? { from, to: caret, letters } : null;
}

/** The members that go with what was written, best first. */
export function proposals(members: Iterable<MemberName>, letters: string): MemberName[] {
  const wanted = fold(letters);
  const begins: MemberName[] = [];
  const within: MemberName[] = [];
  for (const member of members) {
    const names = [member.username, `${member.first_name} ${member.last_name}`].map(fold);
    if (names.some((name) => name.startsWith(wanted))) begins.push(member);
    else if (names.some((name) => name.includes(` ${wanted}`))) within.push(member);
  }
  return [...begins, ...within].slice(0, MOST_PROPOSED);
}

/** The field with the name put in, and where the caret goes. */
export function complete(value: string, query: MentionQuery, name: string): { value: string; caret: number } {
  const before = `${value.slice(0, query.from)}@${name}`;
  const after = value.slice(query.to);
  const space = /^\s/u.test(after) ? '' : ' ';
  return { value: before + space + after, caret: before.length + 1 };
}

/** Without accents and case, as people write in haste. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
