import { numberOf, type Fields } from './values';

/** A line of a return that this computer can calculate for itself. */
export interface Line {
  name: string;
  stated: number;
  /** `null` when a value for the calculation is missing. */
  expected: number | null;
}

const INCOME_TAX = 22;
const SOCIAL_TAX = 33;

/** Percent of cents, rounded half up, in integers: `per10` is tenths of a per cent. */
const share = (cents: number, per10: number): number => Math.sign(cents) * Math.round((Math.abs(cents) * per10) / 1000);
const percent = (cents: number, rate: number): number => share(cents, rate * 10);

function line(fields: Fields, name: string, expected: () => number | null): Line[] {
  const stated = numberOf(fields, name);
  return stated === null ? [] : [{ name, stated, expected: expected() }];
}

/** The numbers, or `null` as soon as one is missing. */
function all(fields: Fields, ...names: string[]): number[] | null {
  const values = names.map((name) => numberOf(fields, name));
  return values.every((value): value is number => value !== null) ? values : null;
}

const or0 = (fields: Fields, name: string): number => numberOf(fields, name) ?? 0;

/** Lines 4, 12 and 13 of a VAT return. */
export function kmdLines(fields: Fields): Line[] {
  const rates: [string, number][] = [
    ['line_1', 24],
    ['line_1_2', 22],
    ['line_1_1', 20],
    ['line_2', 9],
    ['line_2_1', 5],
    ['line_2_2', 13],
  ];
  const vat = rates.reduce((sum, [name, rate]) => sum + percent(or0(fields, name), rate), 0);
  const due = or0(fields, 'line_4') + or0(fields, 'line_4_1') - or0(fields, 'line_5') + or0(fields, 'line_10') - or0(fields, 'line_11');
  return [
    ...line(fields, 'line_4', () => vat),
    ...line(fields, 'line_12', () => Math.max(0, due)),
    ...line(fields, 'line_13', () => Math.max(0, -due)),
  ];
}

/** Computed values of one TSD row. */
export function tsdLines(fields: Fields): Line[] {
  const of = (name: string, per10: number) => () => {
    const value = all(fields, name);
    return value ? share(value[0] ?? 0, per10) : null;
  };
  const rate = numberOf(fields, 'pension_rate');
  return [
    ...line(fields, 'social_tax', of('social_base', SOCIAL_TAX * 10)),
    ...line(fields, 'pension', () => (rate === null ? null : percent(or0(fields, 'gross'), rate))),
    ...line(fields, 'unemployment', of('unemployment_base', 16)),
    ...line(fields, 'employer_unemployment', of('unemployment_base', 8)),
    ...line(fields, 'income_tax', () => {
      const base = all(fields, 'gross');
      if (!base) return null;
      const taxable = (base[0] ?? 0) - or0(fields, 'pension') - or0(fields, 'unemployment') - or0(fields, 'exemption');
      return percent(Math.max(0, taxable), INCOME_TAX);
    }),
    ...line(fields, 'net', () => {
      const base = all(fields, 'gross');
      return base ? (base[0] ?? 0) - or0(fields, 'pension') - or0(fields, 'unemployment') - or0(fields, 'income_tax') : null;
    }),
  ];
}

/** Computed values of an income-tax return. */
export function incomeTaxLines(fields: Fields): Line[] {
  const result = or0(fields, 'tax') - or0(fields, 'withheld');
  return [
    ...line(fields, 'taxable', () => {
      const base = all(fields, 'gross', 'exemption');
      if (!base) return null;
      const taxable = (base[0] ?? 0) - or0(fields, 'pension') - or0(fields, 'unemployment') - or0(fields, 'deducted') - (base[1] ?? 0);
      return Math.max(0, taxable);
    }),
    ...line(fields, 'tax', () => percent(or0(fields, 'taxable'), INCOME_TAX)),
    ...line(fields, 'payable', () => Math.max(0, result)),
    ...line(fields, 'refund', () => Math.max(0, -result)),
  ];
}

/** Sums of an annual report. */
export function reportLines(fields: Fields): Line[] {
  const sum = (...names: string[]) => {
    const values = all(fields, ...names);
    return values ? values.reduce((total, value) => total + value, 0) : null;
  };
  return [
    ...line(fields, 'assets', () => sum('current_assets', 'fixed_assets')),
    ...line(fields, 'liabilities', () => sum('current_liabilities', 'long_term_liabilities')),
    ...line(fields, 'equity', () => sum('share_capital', 'retained_earnings', 'profit')),
  ];
}

/** A cent more or less is rounding, not a disagreement. */
export const disagrees = (line: Line): boolean => line.expected !== null && Math.abs(line.expected - line.stated) > 1;
