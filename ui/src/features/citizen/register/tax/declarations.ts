import type { RecordList, RecordRow } from '../../../../backend/contract';
import { numberOf, textOf } from '../../../../shared/record/values';
import { companyOf } from '../../../../shared/list/rows';
import { dueDay, isComplete, monthsBetween } from '../../periods';

/** One return of one period, or the place where one should be. */
export interface Filing {
  key: string;
  form: 'kmd' | 'tsd' | 'income_tax';
  /** `2026-10`, or a year for the income-tax return. */
  period: string;
  /** Whose return, or who paid. */
  who: string;
  /** `missing` only where the list is complete, else `unknown`. */
  state: 'here' | 'missing' | 'unknown';
  row: RecordRow | null;
}

/** Returns of one year, the newest period first. */
export interface FilingYear {
  year: string;
  filings: Filing[];
}

const FORMS = new Set(['kmd', 'tsd', 'income_tax']);

function periodOf(row: RecordRow): string {
  return row.schema === 'income_tax' ? String(numberOf(row.fields, 'year') ?? '') : textOf(row.fields, 'period');
}

function yearsBetween(first: string, last: string): string[] {
  const [from, to] = [Number(first), Number(last)];
  return Array.from({ length: Math.min(100, Math.max(0, to - from + 1)) }, (_, index) => String(from + index));
}

/**
 * Declarations by period. Between the first and the last of a series every period has its line: a missing one is
 * visible. A company's VAT series reaches to the last return that is already due.
 */
export function declarations(list: RecordList, company: string | null, today: string): FilingYear[] {
  const rows = list.rows.filter((row) => FORMS.has(row.schema) && !row.superseded && (company === null || companyOf(row) === company));
  const whole = isComplete(list);
  const series = new Map<string, RecordRow[]>();
  for (const row of rows) {
    const key = `${row.schema}/${companyOf(row)}`;
    series.set(key, [...(series.get(key) ?? []), row]);
  }
  const filings = [...series].flatMap(([key, members]) => {
    const form = (members[0]?.schema ?? 'kmd') as Filing['form'];
    const newest = members[0];
    const who = newest ? textOf(newest.fields, 'company') || textOf(newest.fields, 'payer') : '';
    const periods = members.map(periodOf).filter(Boolean).sort();
    const [first, last] = [periods[0] ?? '', periods.at(-1) ?? ''];
    let wanted = form === 'income_tax' ? yearsBetween(first, last) : monthsBetween(first, last);
    if (form === 'kmd')
      wanted = [...wanted, ...monthsBetween(last, today.slice(0, 7)).filter((one) => one > last && dueDay('kmd', one) < today)];
    // who pays only now and then leaves no gaps
    if (form === 'tsd' && members.length * 2 < wanted.length) wanted = [];
    const empty = wanted.filter((period) => !periods.includes(period));
    return [
      ...members.map<Filing>((row) => ({ key: row.id, form, period: periodOf(row), who, state: 'here', row })),
      ...empty.map<Filing>((period) => ({ key: `${key}/${period}`, form, period, who, state: whole ? 'missing' : 'unknown', row: null })),
    ];
  });
  const years = new Map<string, Filing[]>();
  for (const filing of filings) {
    const year = filing.period.slice(0, 4);
    years.set(year, [...(years.get(year) ?? []), filing]);
  }
  return [...years]
    .sort(([a], [b]) => b.localeCompare(a))
    .map(([year, found]) => ({
      year,
      filings: found.sort((a, b) => b.period.localeCompare(a.period) || a.form.localeCompare(b.form) || a.who.localeCompare(b.who)),
    }));
}
