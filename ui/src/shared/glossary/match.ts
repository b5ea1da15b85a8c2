import { TERMS, type Term } from './terms';

/** A piece of a text: plain, or a word that the glossary explains. */
export interface Piece {
  text: string;
  term: Term | null;
}

/** Longest text that is looked through; what lies beyond stays plain. */
const SEARCHED = 4000;
/** Letters that may follow a stem marked `*`: endings of Estonian words. */
const ENDING = '\\p{L}{0,4}';

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const source = (word: string) => (word.endsWith('*') ? escape(word.slice(0, -1)) + ENDING : escape(word));

interface Found {
  word: RegExp;
  term: Term;
}

/** One expression finds any word, then the first that fits it names the term. */
function prepare(): { any: RegExp; each: Found[] } {
  const words = TERMS.flatMap((term) => term.words.map((word) => ({ word, term }))).sort((a, b) => b.word.length - a.word.length);
  // An abbreviation is only itself; other words may begin with a capital.
  const pattern = (word: string) =>
    word.endsWith('*') ? [...source(word)].map((c, i) => (i === 0 ? `[${c}${c.toUpperCase()}]` : c)).join('') : source(word);
  const each = words.map(({ word, term }) => ({ word: new RegExp(`^(?:${pattern(word)})$`, 'u'), term }));
  const any = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.map(({ word }) => pattern(word)).join('|')})(?![\\p{L}\\p{N}])`, 'gu');
  return { any, each };
}

let prepared: ReturnType<typeof prepare> | null = null;

/** Splits a text at words of the glossary; each term once, at its first place. */
export function pieces(text: string): Piece[] {
  prepared ??= prepare();
  const { any, each } = prepared;
  const looked = text.slice(0, SEARCHED);
  const out: Piece[] = [];
  const seen = new Set<string>();
  let end = 0;
  for (const match of looked.matchAll(any)) {
    const found = each.find(({ word }) => word.test(match[0]))?.term;
    if (!found || seen.has(found.id)) continue;
    seen.add(found.id);
    if (match.index > end) out.push({ text: text.slice(end, match.index), term: null });
    out.push({ text: match[0], term: found });
    end = match.index + match[0].length;
  }
  if (end < text.length) out.push({ text: text.slice(end), term: null });
  return out;
}
