/** Something that help can find. */
export interface HelpEntry {
  /** A topic, or a help code. */
  id: string;
  title: string;
  text: string;
  /** Other words a person may use for it; found, never shown. */
  tags: string;
}

/** A piece of a text; `hit` pieces are drawn marked. */
export interface Piece {
  text: string;
  hit: boolean;
}

/** One found entry with the places that matched. */
export interface HelpHit {
  id: string;
  title: Piece[];
  excerpt: Piece[];
}

const WORD = /[\p{L}\p{N}]+/gu;
/** From this length on a word is also found by its beginning: Estonian and Russian bend the end. */
const STEM_MIN = 5;
const EXCERPT = 170;

/** Letters without case and marks, one for one, so that places in the folded text are places in the text. */
export function fold(text: string): string {
  return Array.from(text, (letter) => {
    const bare = letter.normalize('NFD').charAt(0).toLowerCase();
    return bare.length === letter.length ? bare : letter.toLowerCase().slice(0, letter.length).padEnd(letter.length);
  }).join('');
}

interface Token {
  whole: string;
  stem: string;
}

const tokensOf = (typed: string): Token[] =>
  (fold(typed).match(WORD) ?? []).map((whole) => ({ whole, stem: whole.length >= STEM_MIN ? whole.slice(0, -2) : whole }));

/** An article says more than a help code; unless a code was asked for, it comes first. */
const CODE_WEIGHT = 0.75;

/** How well a word answers a token: its beginning 2, its bent form somewhat less, not at all 0. */
function fits(word: string, { whole, stem }: Token): number {
  if (word.startsWith(whole)) return 2;
  return /\d/.test(whole) || stem === whole || !word.startsWith(stem) || word.length > whole.length + 3 ? 0 : 1.6;
}

/** The best answer of a text to a token. */
const best = (folded: string, token: Token): number => Math.max(0, ...(folded.match(WORD) ?? []).map((word) => fits(word, token)));

function marked(text: string, tokens: Token[]): Piece[] {
  const folded = fold(text);
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of folded.matchAll(WORD)) {
    const [word] = match;
    const token = tokens.find((candidate) => fits(word, candidate) > 0);
    if (!token) continue;
    const length = word.startsWith(token.whole) ? token.whole.length : word.length;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), hit: false });
    pieces.push({ text: text.slice(match.index, match.index + length), hit: true });
    end = match.index + length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), hit: false });
  return pieces;
}

/** A stretch of the text around its first match. */
function excerpt(text: string, tokens: Token[]): string {
  const first = Array.from(fold(text).matchAll(WORD)).find(([word]) => tokens.some((token) => fits(word, token) > 0))?.index ?? 0;
  const from = first < EXCERPT / 2 ? 0 : text.lastIndexOf(' ', first - EXCERPT / 3) + 1;
  const until = from + EXCERPT >= text.length ? text.length : text.lastIndexOf(' ', from + EXCERPT);
  return `${from > 0 ? '… ' : ''}${text.slice(from, until)}${until < text.length ? ' …' : ''}`;
}

/** Entries that answer every word that was typed; titles before tags before text. */
export function searchHelp(entries: readonly HelpEntry[], typed: string): HelpHit[] {
  const tokens = tokensOf(typed);
  if (tokens.length === 0) return [];
  return entries
    .map((entry) => {
      const parts = [fold(`${entry.id} ${entry.title}`), fold(entry.tags), fold(entry.text)];
      const scores = tokens.map((token) => Math.max(...parts.map((part, index) => best(part, token) * (3 - index))));
      const weight = /^E\d\d$/.test(entry.id) && !/\d/.test(typed) ? CODE_WEIGHT : 1;
      return { entry, score: scores.includes(0) ? 0 : weight * scores.reduce((sum, score) => sum + score, 0) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => ({ id: entry.id, title: marked(entry.title, tokens), excerpt: marked(excerpt(entry.text, tokens), tokens) }));
}
