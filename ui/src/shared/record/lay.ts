import type { FieldValue } from '../../backend/contract';
import type { Texts } from '../../i18n/text';
import {
  diagnosisChapter,
  diagnosisName,
  diseaseName,
  documentTitle,
  medicineGroup,
  medicineTitle,
  specialityName,
  substanceName,
  testName,
  thingName,
  unitText,
} from '../codes/lay';
import { textOf, type Fields } from './values';

/*
 * Lay words beside the record's own. The record's words are what is proven; these come from tables of this program, by
 * code, and only explain.
 */

type Explain = (text: string, texts: Texts) => string | null;

const diagnosis: Explain = (code, { language }) =>
  [diagnosisName(code, language), diagnosisChapter(code, language)].filter(Boolean).join(' · ') || null;

/** Fields that have an explanation, by name or by group and name. */
const EXPLAIN: Record<string, Explain> = {
  diagnosis_code: diagnosis,
  disease_code: diagnosis,
  'diagnoses.code': diagnosis,
  atc: (code, { language }) => medicineGroup(code, language),
  loinc: (code, { language }) => testName(code, language),
  speciality: (name, { language }) => specialityName(name, language),
  disease: (name, { language }) => diseaseName(name, language),
  substance: (name, { language }) => substanceName(name, language),
  specimen: (name, { language }) => thingName(name, language),
  form: (name, { language }) => thingName(name, language),
  panel: (name, { language }) => thingName(name, language),
  unit: (unit) => unitText(unit),
};

/** Plain words for a coded value in the reader's language, or `null` when there is nothing to add. */
export function layValue(schema: string, name: string, value: FieldValue | undefined, texts: Texts): string | null {
  if (!value || (value.t !== 'code' && value.t !== 'text') || value.v.length > 80) return null;
  const key = `${schema}.${name}`;
  const explain = Object.hasOwn(EXPLAIN, key) ? EXPLAIN[key] : Object.hasOwn(EXPLAIN, name) ? EXPLAIN[name] : undefined;
  const words = explain?.(value.v, texts) ?? null;
  return words && words.toLowerCase() !== value.v.toLowerCase() ? words : null;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Titles by kind of record, made from codes and well-known words. */
const TITLE: Record<string, (fields: Fields, texts: Texts) => string | null> = {
  visit: (f, { language }) => documentTitle(textOf(f, 'title'), language),
  sickleave: (f, { language }) => documentTitle(textOf(f, 'title'), language),
  lab: (f, { language }) => testName(textOf(f, 'loinc'), language),
  prescription: (f, { language }) => medicineTitle(textOf(f, 'title'), language),
  dispense: (f, { language }) => medicineTitle(textOf(f, 'title'), language),
  vaccination: (f, { t, language }) => {
    const disease = diseaseName(textOf(f, 'disease'), language);
    return disease && t('lay.vaccine', { disease });
  },
  referral: (f, { t, language }) => {
    const speciality = specialityName(textOf(f, 'speciality'), language);
    return speciality && t(textOf(f, 'kind') === 'e_consultation' ? 'lay.consultation' : 'lay.referral', { speciality });
  },
};

/**
 * The title of a record in the reader's language, or `null` where the record's own title is the best there is. The
 * records are written in Estonian, so an Estonian reader gets their own words.
 */
export function layTitle(schema: string, fields: Fields, texts: Texts): string | null {
  if (texts.language === 'et') return null;
  const make = Object.hasOwn(TITLE, schema) ? TITLE[schema] : undefined;
  const title = make?.(fields, texts) ?? null;
  return title === null ? null : capital(title);
}

/** The main diagnosis of a record in plain words of the reader's language. */
export function layDiagnosis(fields: Fields, texts: Texts): string {
  const own = textOf(fields, 'diagnosis_lay') || textOf(fields, 'diagnosis');
  if (texts.language === 'et') return own;
  return diagnosisName(textOf(fields, 'diagnosis_code'), texts.language) ?? own;
}
