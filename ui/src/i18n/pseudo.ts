import en from './en.json';

const ACCENTS: Record<string, string> = Object.fromEntries(
  Array.from('aeiouycnszrdtlgAEIOUYCNSZRDTLG', (letter, index) => [letter, Array.from('äëïöüÿçñšžřđťľğÄËÏÖÜŸÇÑŠŽŘĐŤĽĞ')[index] ?? letter]),
);

/** How much longer the longest of our languages gets than English. */
const GROWTH = 0.4;
const OPEN = '⟦';
const CLOSE = '⟧';

/** A text as a language we do not speak: accented, longer, fenced. What reads plainly on the screen was never translated. */
export function pseudo(text: string): string {
  const accented = text.replace(/(\{\w+\}|<\/?\w+>)|[a-z]/gi, (letter, kept?: string) => kept ?? ACCENTS[letter] ?? letter);
  const words = accented.replace(/\{\w+\}|<\/?\w+>/g, '');
  const tail = 'ęłőŵ '
    .repeat(40)
    .slice(0, Math.ceil(words.length * GROWTH))
    .trimEnd();
  return `${OPEN}${accented}${tail ? ` ${tail}` : ''}${CLOSE}`;
}

/** All texts in the pseudo-locale. For development only; it stands in the place of English. */
export const PSEUDO: Record<string, string> = Object.fromEntries(Object.entries(en).map(([key, text]) => [key, pseudo(text)]));
