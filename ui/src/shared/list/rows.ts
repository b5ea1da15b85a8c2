import type { Language, RecordList, RecordRow, Verdict } from '../../backend/contract';
import { collator, isoDay } from '../format';

/** What the person chose to see. */
export interface ListFilter {
  search: string;
  /** Schema, `attention` or `all`. */
  kind: string;
  /** `all`, `days30`, `months12` or a year. */
  period: string;
  company: string | null;
}

export const NO_FILTER: ListFilter = { search: '', kind: 'all', period: 'all', company: null };

/** Columns a list is sorted by. */
export const SORT_KEYS = ['no', 'date', 'what', 'kind', 'check'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** Order of a list. */
export interface ListSort {
  by: SortKey;
  down: boolean;
}

/** As the register keeps it: numbers, the newest first. */
export const REGISTER_ORDER: ListSort = { by: 'no', down: true };

/** The first press on a column: numbers and days from the newest, words from A, verdicts from the worst. */
const DOWN_FIRST: readonly SortKey[] = ['no', 'date'];

/** The order after a press on a column's head. */
export const pressed = (sort: ListSort, by: SortKey): ListSort =>
  sort.by === by ? { by, down: !sort.down } : { by, down: DOWN_FIRST.includes(by) };

/** Verdicts that need a person. */
export const needsAttention = (verdict: Verdict): boolean => verdict !== 'proven' && verdict !== 'notYetSealed';

/** Company whose matter a row is, or an empty text. */
export function companyOf(row: RecordRow): string {
  for (const name of ['company_code', 'payer_code']) {
    const value = row.fields[name];
    if (value && value.t === 'code') return value.v;
  }
  return '';
}

/** Day of a row as far as it is known; of a withheld entry the ledger itself tells when it was sealed. */
export function dayOf(row: RecordRow): string {
  if (row.date) return row.date;
  const ms = row.receivedMs ?? row.sealedMs;
  return ms === null ? '' : isoDay(ms);
}

/** True when the list is as the register keeps it: only then a stick may stand beside it. */
export const isWhole = (filter: ListFilter, sort: ListSort): boolean =>
  sort.by === 'no' &&
  sort.down &&
  filter.search.trim() === '' &&
  filter.kind === 'all' &&
  filter.period === 'all' &&
  filter.company === null;

/** Kinds in a list with their counts, the most frequent first. */
export function kindsOf(rows: RecordRow[]): { schema: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows) if (row.schema) counts.set(row.schema, (counts.get(row.schema) ?? 0) + 1);
  return [...counts].map(([schema, count]) => ({ schema, count })).sort((a, b) => b.count - a.count);
}

/** Years in a list, the newest first. */
export function yearsOf(rows: RecordRow[], language: Language): string[] {
  return [...new Set(rows.map((row) => dayOf(row).slice(0, 4)).filter((year) => /^\d{4}$/.test(year)))].sort((a, b) =>
    collator(language).compare(b, a),
  );
}

/** Counts for the sentence above a list. It never follows the filters. */
export function listCounts(list: RecordList) {
  const count = (verdict: Verdict) => list.rows.filter((row) => row.verdict.verdict === verdict).length;
  return {
    ledger: list.ledgerCount,
    held: list.heldCount,
    old: count('oldVersion'),
    coming: count('notYetSealed'),
    withheld: list.rows.filter((row) => row.verdict.verdict === 'withheld').map((row) => row.n),
  };
}
