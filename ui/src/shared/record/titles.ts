import type { RecordRow } from '../../backend/contract';
import type { TextKey } from '../../i18n/keys';
import type { Texts } from '../../i18n/text';
import { formatDate, formatDecimal, formatInteger, formatMoney, formatPeriod } from '../format';
import { layDiagnosis, layTitle } from './lay';
import { boolOf, codeText, numberOf, textOf, type Fields } from './values';

/** Lay title first, then the second line: official name, place, sums. */
export interface Heading {
  title: string;
  second: string[];
}

type Compose = (fields: Fields, texts: Texts) => { title: string; second: (string | null)[] };

const money = (fields: Fields, name: string, key: TextKey, { t }: Texts) => {
  const cents = numberOf(fields, name);
  return cents ? t(key, { sum: formatMoney(cents) }) : null;
};
const personName = (fields: Fields) => [textOf(fields, 'first_name'), textOf(fields, 'name')].filter(Boolean).join(' ');
const until = (fields: Fields, { t }: Texts) => {
  const date = textOf(fields, 'until');
  return date ? t('title.until', { date: formatDate(date) }) : null;
};

const COMPOSE: Record<string, Compose> = {
  visit: (f, x) => ({
    title: textOf(f, 'title'),
    second: [
      // what a closed document is about is shown after a deliberate step only
      boolOf(f, 'closed') ? null : [layDiagnosis(f, x), textOf(f, 'diagnosis_code')].filter(Boolean).join(', '),
      textOf(f, 'doctor') || textOf(f, 'provider'),
    ],
  }),
  prescription: (f, x) => ({
    title: textOf(f, 'title'),
    second: [
      (numberOf(f, 'repeats') ?? 1) > 1 ? x.t('title.repeat', { count: numberOf(f, 'repeats') ?? 1 }) : null,
      codeText('prescription', 'status', textOf(f, 'status'), x),
      textOf(f, 'substance'),
      textOf(f, 'doctor'),
    ],
  }),
  dispense: (f) => ({ title: textOf(f, 'title'), second: [textOf(f, 'pharmacy')] }),
  vaccination: (f, x) => ({
    title: textOf(f, 'title'),
    second: [textOf(f, 'vaccine'), numberOf(f, 'dose_no') ? x.t('title.dose', { n: numberOf(f, 'dose_no') ?? 0 }) : null],
  }),
  lab: (f) => ({ title: textOf(f, 'title'), second: [textOf(f, 'analyte'), textOf(f, 'lab')] }),
  referral: (f, x) => ({
    title: textOf(f, 'title'),
    second: [textOf(f, 'speciality'), codeText('referral', 'status', textOf(f, 'status'), x), textOf(f, 'doctor')],
  }),
  sickleave: (f, x) => ({
    title: textOf(f, 'title'),
    second: [
      [textOf(f, 'starts'), textOf(f, 'ends')].filter(Boolean).map(formatDate).join('–'),
      codeText('sickleave', 'status', textOf(f, 'status'), x),
      textOf(f, 'provider'),
    ],
  }),
  tsd: (f, x) => ({
    title: x.t('title.tsd', {
      type: codeText('tsd', 'payment_type', textOf(f, 'payment_type'), x),
      period: formatPeriod(textOf(f, 'period'), x),
    }),
    second: [textOf(f, 'payer'), money(f, 'gross', 'title.gross', x)],
  }),
  kmd: (f, x) => ({
    title: x.t('title.kmd', { period: formatPeriod(textOf(f, 'period'), x) }),
    second: [textOf(f, 'company'), money(f, 'line_12', 'title.payable', x), money(f, 'line_13', 'title.overpaid', x)],
  }),
  income_tax: (f, x) => ({
    title: x.t('title.income_tax', { year: numberOf(f, 'year') ?? '' }),
    second: [
      codeText('income_tax', 'status', textOf(f, 'status'), x),
      money(f, 'payable', 'title.payable', x),
      money(f, 'refund', 'title.refund', x),
    ],
  }),
  prepayment: (f, x) => {
    const sum = numberOf(f, 'credit') || -(numberOf(f, 'debit') ?? 0);
    const kind = codeText('prepayment', 'kind', textOf(f, 'kind'), x);
    return {
      title: sum ? `${kind}, ${formatMoney(sum)}` : kind,
      second: [
        textOf(f, 'description'),
        textOf(f, 'period') ? formatPeriod(textOf(f, 'period'), x) : null,
        money(f, 'balance', 'title.balance', x),
      ],
    };
  },
  mandate: (f, x) => ({
    title: textOf(f, 'company'),
    second: [
      textOf(f, 'role_text') || codeText('mandate', 'role', textOf(f, 'role'), x),
      x.t('company.code', { code: textOf(f, 'company_code') }),
      until(f, x),
    ],
  }),
  registry_card: (f, x) => ({
    title: textOf(f, 'name'),
    second: [codeText('registry_card', 'status', textOf(f, 'status'), x), textOf(f, 'address')],
  }),
  card_person: (f, x) => ({
    title: personName(f),
    second: [textOf(f, 'role_text') || codeText('card_person', 'role', textOf(f, 'role'), x), until(f, x)],
  }),
  shareholder: (f, x) => {
    const percent = f.percent?.t === 'decimal' ? formatDecimal(f.percent.v.digits, f.percent.v.places) : null;
    const share = numberOf(f, 'share');
    return {
      title: personName(f),
      second: [percent && share !== null ? x.t('title.share', { percent, sum: formatMoney(share) }) : percent, until(f, x)],
    };
  },
  beneficial_owner: (f, x) => ({ title: personName(f), second: [textOf(f, 'control_text'), until(f, x)] }),
  annual_report: (f, x) => ({
    title: x.t('title.annual_report', { year: numberOf(f, 'year') ?? '' }),
    second: [money(f, 'revenue', 'title.revenue', x), codeText('annual_report', 'size', textOf(f, 'size'), x)],
  }),
};

/** Title and second line of a row or record, in the person's language; the record's own words stay its own. */
export function heading(row: RecordRow, texts: Texts): Heading {
  const { t } = texts;
  if (row.verdict.verdict === 'withheld' || (row.schema === '' && Object.keys(row.fields).length === 0)) {
    return { title: row.verdict.verdict === 'withheld' ? t('list.withheldTitle') : t('title.untitled'), second: [] };
  }
  const composed = COMPOSE[row.schema]?.(row.fields, texts) ?? {
    title: textOf(row.fields, 'title') || textOf(row.fields, 'name'),
    second: [],
  };
  const lay = layTitle(row.schema, row.fields, texts);
  const marks = [
    row.version > 1 ? t('title.corrected', { version: formatInteger(row.version) }) : null,
    boolOf(row.fields, 'closed') ? t('title.closed') : null,
  ];
  return {
    title: lay ?? (composed.title || t('title.untitled')),
    // the record's own words stand beside a title that a table gave
    second: [lay && lay !== composed.title ? composed.title : null, ...composed.second, ...marks].filter((part): part is string =>
      Boolean(part),
    ),
  };
}

/** The kind of a record as one word. */
export const kindText = (schema: string, { t, find }: Texts): string => find(`schema.${schema}`) ?? (schema ? schema : t('schema.unknown'));
/** The kind in the plural, for filters and breadcrumbs. */
export const kindsText = (schema: string, { t, find }: Texts): string => find(`schemas.${schema}`) ?? t('schemas.other');
