import type { Language } from '../../backend/contract';

/** Words in Estonian, English and Russian, in this order. */
export type Words = readonly [et: string, en: string, ru: string];
/** Words by code. */
export type Table = Readonly<Record<string, Words>>;

const PLACE: Record<Language, 0 | 1 | 2> = { et: 0, en: 1, ru: 2 };

/** The words of a language. */
export const wordsIn = (words: Words, language: Language): string => words[PLACE[language]];

/** Words under a code, own entries only: a code is never looked up along a prototype. */
export const lookUp = (table: Table, code: string): Words | null => (Object.hasOwn(table, code) ? (table[code] ?? null) : null);
