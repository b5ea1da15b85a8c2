import type { RecordRow } from '../../../../backend/contract';
import { numberOf, textOf } from '../../../../shared/record/values';

/** What one payer paid in one year, in cents. */
export interface PayerIncome {
  code: string;
  name: string;
  months: number;
  gross: number;
  tax: number;
  net: number;
}

/** Income of one year, the largest payer first. */
export interface IncomeYear {
  year: string;
  payers: PayerIncome[];
  total: Omit<PayerIncome, 'code' | 'name' | 'months'>;
}

/** Income by payer and year from proven records; `left` is how many were left out because they are not proven. */
export function incomeByPayer(rows: RecordRow[], company: string | null): { years: IncomeYear[]; left: number } {
  const mine = rows.filter(
    (row) => row.schema === 'tsd' && !row.superseded && (company === null || textOf(row.fields, 'payer_code') === company),
  );
  const counted = mine.filter((row) => row.verdict.verdict === 'proven');
  const years = new Map<string, Map<string, PayerIncome & { periods: Set<string> }>>();
  for (const { fields } of counted) {
    const period = textOf(fields, 'period');
    const year = period.slice(0, 4);
    const code = textOf(fields, 'payer_code');
    const payers = years.get(year) ?? new Map<string, PayerIncome & { periods: Set<string> }>();
    const one = payers.get(code) ?? {
      code,
      name: textOf(fields, 'payer'),
      months: 0,
      gross: 0,
      tax: 0,
      net: 0,
      periods: new Set<string>(),
    };
    one.periods.add(period);
    one.months = one.periods.size;
    one.gross += numberOf(fields, 'gross') ?? 0;
    one.tax += numberOf(fields, 'income_tax') ?? 0;
    one.net += numberOf(fields, 'net') ?? 0;
    payers.set(code, one);
    years.set(year, payers);
  }
  return {
    left: mine.length - counted.length,
    years: [...years]
      .sort(([a], [b]) => b.localeCompare(a))
      .map(([year, payers]) => {
        const sorted = [...payers.values()].sort((a, b) => b.gross - a.gross);
        const sum = (name: 'gross' | 'tax' | 'net') => sorted.reduce((total, payer) => total + payer[name], 0);
        return { year, payers: sorted, total: { gross: sum('gross'), tax: sum('tax'), net: sum('net') } };
      }),
  };
}

/** A part of a whole in per cent with one place, as tenths. */
export const tenths = (part: number, whole: number): number => (whole > 0 ? Math.round((part / whole) * 1000) : 0);
