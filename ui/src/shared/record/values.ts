import type { FieldValue, FieldView } from '../../backend/contract';
import type { Texts } from '../../i18n/text';
import type { Official } from '../../i18n/useOfficial';
import { formatDate, formatDateTime, formatDecimal, formatInteger, formatMoney, formatPeriod } from '../format';

/** Fields by name, from a row or a record. */
export type Fields = Record<string, FieldValue | undefined>;

/** The fields of a record by name. */
export const byName = (fields: FieldView[]): Fields => Object.fromEntries(fields.map((field) => [field.name, field.value]));

/** A text or code field, or an empty text. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return value && (value.t === 'text' || value.t === 'code' || value.t === 'date') ? value.v : '';
}

/** A whole number or cents, or `null`. */
export function numberOf(fields: Fields, name: string): number | null {
  const value = fields[name];
  return value && (value.t === 'money' || value.t === 'int' || value.t === 'time') ? value.v : null;
}

/** Yes, no or not stated. */
export function boolOf(fields: Fields, name: string): boolean | null {
  const value = fields[name];
  return value?.t === 'bool' ? value.v : null;
}

/** A decimal as a number, for drawing and comparing only. */
export function decimalOf(value: FieldValue | undefined): number | null {
  if (value?.t === 'decimal') return value.v.digits / 10 ** value.v.places;
  return value?.t === 'int' ? value.v : null;
}

/** True when the field holds nothing. */
export function isAbsent(value: FieldValue | undefined): boolean {
  return !value || value.t === 'absent' || ((value.t === 'text' || value.t === 'code' || value.t === 'date') && value.v === '');
}

/** Code systems shared by several schemas, by field name. */
const SYSTEMS: Record<string, string> = {
  visit_class: 'visit_class',
  authorisation: 'authorisation',
  flag: 'flag',
  site: 'site',
  urgency: 'urgency',
  payment_type: 'payment_type',
  role: 'role',
  legal_form: 'legal_form',
  ownership: 'ownership',
  size: 'size',
};
const BY_SCHEMA: Record<string, string> = {
  'prescription.status': 'prescription.status',
  'prescription.kind': 'prescription.kind',
  'referral.kind': 'referral.kind',
  'referral.status': 'referral.status',
  'sickleave.kind': 'sickleave.kind',
  'sickleave.status': 'sickleave.status',
  'income_tax.status': 'income_tax.status',
  'registry_card.status': 'status',
  'prepayment.kind': 'prepayment',
  'mandate.representation': 'representation',
  'card_person.kind': 'person_kind',
  'shareholder.kind': 'person_kind',
  'diagnoses.kind': 'diagnosis',
  'deductions.kind': 'deduction',
};

/** A code in words where its system is known, else the code itself. */
export function codeText(schema: string, name: string, code: string, { find }: Texts): string {
  const system = BY_SCHEMA[`${schema}.${name}`] ?? SYSTEMS[name];
  return (system && find(`code.${system}.${code}`)) || code;
}

/** Any value but rows as text in the person's language. */
export function valueText(schema: string, name: string, value: FieldValue | undefined, texts: Texts): string {
  if (!value || isAbsent(value)) return '';
  switch (value.t) {
    case 'text':
      return value.v;
    case 'code':
      return name === 'period' ? formatPeriod(value.v, texts) : codeText(schema, name, value.v, texts);
    case 'int':
      return name === 'year' ? String(value.v) : formatInteger(value.v);
    case 'money':
      return formatMoney(value.v);
    case 'decimal':
      return formatDecimal(value.v.digits, value.v.places);
    case 'date':
      return formatDate(value.v);
    case 'time':
      return formatDateTime(value.v * 1000, texts);
    case 'bool':
      return texts.t(value.v ? 'app.yes' : 'app.no');
    default:
      return '';
  }
}

/** The label of a field: that of its schema, else the common one, else its bare name. */
export function fieldLabel(schema: string, name: string, { find }: Texts): string {
  return find(`field.${schema}.${name}`) ?? find(`field.${name}`) ?? name.replaceAll('_', ' ');
}

/** The Estonian label of a field, as on the official form, for readers of another language. */
export const officialLabel = (schema: string, name: string, official: Official): string | null =>
  official(`field.${schema}.${name}`) ?? official(`field.${name}`);
