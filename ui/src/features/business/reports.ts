import type { RecordList } from '../../backend/contract';
import { numberOf } from '../../shared/record/values';
import { currentRows } from './mandates';

/** Figures of an annual report that are drawn and compared, cents. */
export const FIGURES = ['revenue', 'profit', 'assets', 'liabilities', 'equity'] as const;
export type Figure = (typeof FIGURES)[number];

/** One year's report. */
export interface Report {
  id: string;
  year: number;
  figures: Record<Figure, number | null>;
}

/** A figure that disagrees with another, both named. */
export type Disagreement =
  /** Assets against liabilities plus equity. */
  | { kind: 'balance'; year: number; stated: number; expected: number }
  /** What a year started with against what the year before ended with. */
  | { kind: 'opening'; year: number; stated: number; expected: number };

/** The proven reports, the oldest first. */
export function reportsOf(list: RecordList): Report[] {
  return currentRows(list, 'annual_report')
    .flatMap(({ id, fields }) => {
      const year = numberOf(fields, 'year');
      const figures = Object.fromEntries(FIGURES.map((name) => [name, numberOf(fields, name)])) as Report['figures'];
      return year === null ? [] : [{ id, year, figures }];
    })
    .sort((a, b) => a.year - b.year);
}

/** Sums counted anew. A year starts with its equity less its own profit. */
export function disagreements(reports: Report[]): Disagreement[] {
  return reports.flatMap(({ year, figures }) => {
    const { assets, liabilities, equity, profit } = figures;
    const found: Disagreement[] = [];
    if (assets !== null && liabilities !== null && equity !== null && assets !== liabilities + equity)
      found.push({ kind: 'balance', year, stated: assets, expected: liabilities + equity });
    const closing = reports.find((other) => other.year === year - 1)?.figures.equity ?? null;
    if (closing !== null && equity !== null && profit !== null && equity - profit !== closing)
      found.push({ kind: 'opening', year, stated: equity - profit, expected: closing });
    return found;
  });
}

/** What of the sums could be counted: all, only each year's own balance, or nothing. */
export function counted(reports: Report[]): 'all' | 'balance' | 'none' {
  const balanced = reports.every(({ figures }) => figures.assets !== null && figures.liabilities !== null && figures.equity !== null);
  if (!balanced) return 'none';
  const linked = reports.every(
    ({ year, figures }, index) => index === 0 || (reports[index - 1]?.year === year - 1 && figures.profit !== null),
  );
  return linked && reports.length > 1 ? 'all' : 'balance';
}
