import type { Language } from '../../backend/contract';
import { MEDICINES, SUBSTANCES } from './atc';
import { CHAPTERS, DIAGNOSES } from './icd10';
import { TESTS, UNITS } from './loinc';
import { lookUp, wordsIn, type Table } from './table';
import { DISEASES, SPECIALITIES, THINGS, TITLES } from './words';

const said = (table: Table, key: string, language: Language): string | null => {
  const words = lookUp(table, key);
  return words && wordsIn(words, language);
};
const byName = (table: Table) => (name: string, language: Language) => said(table, name.trim().toLowerCase(), language);

/** Lay name of a diagnosis by its ICD-10 code, else that of its three-character group. */
export function diagnosisName(code: string, language: Language): string | null {
  const plain = code.trim().toUpperCase();
  return said(DIAGNOSES, plain, language) ?? said(DIAGNOSES, plain.slice(0, 3), language);
}

/** Chapter of an ICD-10 code: "Heart and circulation (I00–I99)". */
export function diagnosisChapter(code: string, language: Language): string | null {
  const group = /^[A-Z]\d\d/.exec(code.trim().toUpperCase())?.[0];
  const chapter = group && CHAPTERS.find(([from, to]) => group >= from && group <= to);
  return chapter ? `${wordsIn(chapter[2], language)} (${chapter[0]}–${chapter[1]})` : null;
}

/** What a medicine is for, by the longest known beginning of its ATC code. */
export function medicineGroup(atc: string, language: Language): string | null {
  const code = atc.trim().toUpperCase().slice(0, 7);
  for (let length = code.length; length > 0; length -= 1) {
    const words = said(MEDICINES, code.slice(0, length), language);
    if (words) return words;
  }
  return null;
}

/** Lay name of a laboratory test by its LOINC code. */
export const testName = (loinc: string, language: Language): string | null => said(TESTS, loinc.trim(), language);
/** A unit as people write it. */
export const unitText = (unit: string): string => (Object.hasOwn(UNITS, unit) ? (UNITS[unit] ?? unit) : unit);

export const specialityName = byName(SPECIALITIES);
export const diseaseName = byName(DISEASES);
export const documentTitle = byName(TITLES);
export const thingName = byName(THINGS);

/** A medicine's title with its substance in the reader's language: "Metformiin 500 mg" → "Metformin 500 mg". */
export function medicineTitle(title: string, language: Language): string | null {
  const [first = ''] = title.split(' ', 1);
  const name = said(SUBSTANCES, first.toLowerCase(), language);
  return name && name.charAt(0).toUpperCase() + name.slice(1) + title.slice(first.length);
}

/** A substance's name in the reader's language. */
export const substanceName = byName(SUBSTANCES);
