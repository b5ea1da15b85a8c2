import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../i18n/i18n';
import { MEDICINES, SUBSTANCES } from './atc';
import { CHAPTERS, DIAGNOSES } from './icd10';
import {
  diagnosisChapter,
  diagnosisName,
  diseaseName,
  documentTitle,
  medicineGroup,
  medicineTitle,
  specialityName,
  testName,
  unitText,
} from './lay';
import { TESTS } from './loinc';
import { DISEASES, SPECIALITIES, THINGS, TITLES } from './words';

describe('plain words by code', () => {
  it('are there in every language', () => {
    for (const table of [DIAGNOSES, MEDICINES, SUBSTANCES, TESTS, DISEASES, SPECIALITIES, THINGS, TITLES])
      for (const [code, words] of Object.entries(table)) {
        expect(words, code).toHaveLength(3);
        expect(
          words.every((word) => word.trim() !== ''),
          code,
        ).toBe(true);
      }
  });

  it('name a diagnosis by its code, else by its group, and its chapter', () => {
    expect(diagnosisName('E11.9', 'en')).toBe('Type 2 diabetes');
    expect(diagnosisName('J02.0', 'en')).toBe('Strep throat');
    expect(diagnosisName('J02.9', 'en')).toBe('Sore throat');
    expect(diagnosisName('C80', 'et')).toBeNull();
    expect(diagnosisChapter('C80', 'et')).toBe('Kasvajad (C00–D48)');
    expect(diagnosisChapter('I10', 'ru')).toBe('Кровообращение (I00–I99)');
    expect(diagnosisChapter('nonsense', 'et')).toBeNull();
  });

  it('know a chapter for every diagnosis they name', () => {
    for (const code of Object.keys(DIAGNOSES)) expect(diagnosisChapter(code, 'et'), code).not.toBeNull();
    const bounds = CHAPTERS.flatMap(([from, to]) => [from, to]);
    expect([...bounds].sort()).toEqual(bounds);
  });

  it('use the longest beginning of an ATC code', () => {
    expect(medicineGroup('A10BA02', 'en')).toBe('Diabetes tablets, biguanides');
    expect(medicineGroup('A10XX01', 'en')).toBe('Diabetes medicines');
    expect(medicineGroup('C09AA02', 'ru')).toBe('Средства от давления, ингибиторы АПФ');
    expect(medicineGroup('!', 'en')).toBeNull();
  });

  it('translate names, and nothing that is not a name', () => {
    expect(testName('59261-8', 'ru')).toBe('Долгосрочный сахар крови');
    expect(specialityName(' Oftalmoloogia', 'en')).toBe('eyes');
    expect(diseaseName('Puukentsefaliit', 'en')).toBe('tick-borne encephalitis');
    expect(documentTitle('Visiidi kokkuvõte (epikriis)', 'ru')).toBe('Итог визита (эпикриз)');
    expect(medicineTitle('Metformiin 500 mg', 'ru')).toBe('Метформин 500 mg');
    expect(medicineTitle('Tundmatu 5 mg', 'ru')).toBeNull();
    expect(unitText('10*9/L')).toBe('10⁹/L');
    expect(unitText('mmol/L')).toBe('mmol/L');
  });

  it('are never found along a prototype', () => {
    for (const language of LANGUAGES)
      for (const word of ['constructor', '__proto__', 'toString']) {
        expect(testName(word, language)).toBeNull();
        expect(diseaseName(word, language)).toBeNull();
        expect(documentTitle(word, language)).toBeNull();
        expect(unitText(word)).toBe(word);
      }
  });
});

/** Source of the demonstration data, read as text. */
const demonstration = ['health', 'health_igor', 'health_mari']
  .map((name) => readFileSync(resolve(process.cwd(), `../crates/node/src/demo/${name}.rs`), 'utf8'))
  .join('\n');
const codesOf = (pattern: RegExp) => [...new Set([...demonstration.matchAll(pattern)].map((match) => match[1] ?? ''))];

describe('every code of the demonstration', () => {
  it.each([
    ['diagnoses', codesOf(/Diagnosis\(\s*"([A-Z]\d\d(?:\.\d)?)"/g), 8, (code: string) => diagnosisName(code, 'ru')],
    ['tests', codesOf(/Analyte\("[^"]+", "[^"]+", "([\d-]+)"/g), 10, (code: string) => testName(code, 'ru')],
    ['medicines', codesOf(/"([A-Z]\d\d[A-Z]{2}\d\d)"/g), 6, (code: string) => medicineGroup(code, 'ru')],
    ['specialities', codesOf(/Clinician\("[^"]+", "[^"]+", "([^"]+)"/g), 4, (name: string) => specialityName(name, 'ru')],
    ['specialities referred to', codesOf(/\("(\p{Ll}+)", "E\d{3}"\)/gu), 4, (name: string) => specialityName(name, 'ru')],
  ])('is explained: %s', (_kind, codes, atLeast, explain) => {
    expect(codes.length).toBeGreaterThanOrEqual(atLeast);
    expect(codes.filter((code) => explain(code) === null)).toEqual([]);
  });
});
