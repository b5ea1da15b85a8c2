import type { Language, RecordList, RecordRow, Verdict } from '../../backend/contract';
import type { Texts } from '../../i18n/text';
import { collator, formatDate } from '../format';
import { heading } from '../record/titles';

/** Rows on one page of a list. */
export const PAGE_SIZE = 200;

/** A row with the words it is shown and found by. */
export interface ListRow {
  row: RecordRow;
  title: string;
  second: string;
  words: string;
}

/** What the person chose to see. */
export interface ListFilter {
  search: string;
  /** Schema, `attention` or `all`. */
  kind: string;
  /** Year or `all`. */
  year: string;
  company: string | null;
}

export const NO_FILTER: ListFilter = { search: '', kind: 'all', year: 'all', company: null };

const fold = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');

/** Verdicts that need a person. */
export const needsAttention = (verdict: Verdict): boolean => verdict !== 'proven' && verdict !== 'notYetSealed';

/** Rows with their titles, ready to be searched. */
export function prepareRows(rows: RecordRow[], texts: Texts): ListRow[] {
  return rows.map((row) => {
    const { title, second } = heading(row, texts);
    const codes = Object.values(row.fields)
      .map((value) => (value.t === 'text' || value.t === 'code' ? value.v.slice(0, 200) : ''))
      .join(' ');
    const line = second.join(' · ');
    return {
      row,
      title,
      second: line,
      words: fold(`${row.n} ${title.slice(0, 200)} ${line.slice(0, 400)} ${codes} ${row.date} ${formatDate(row.date)}`),
    };
  });
}

/** Company whose matter a row is, or an empty text. */
export function companyOf(row: RecordRow): string {
  for (const name of ['company_code', 'payer_code']) {
    const value = row.fields[name];
    if (value && value.t === 'code') return value.v;
  }
  return '';
}

/** The chosen rows, in the register's own order. */
export function filterRows(rows: ListRow[], filter: ListFilter): ListRow[] {
  const wanted = fold(filter.search).split(/\s+/).filter(Boolean);
  return rows.filter(({ row, words }) => {
    if (filter.kind === 'attention' ? !needsAttention(row.verdict.verdict) : filter.kind !== 'all' && row.schema !== filter.kind)
      return false;
    if (filter.year !== 'all' && row.date.slice(0, 4) !== filter.year) return false;
    if (filter.company !== null && companyOf(row) !== filter.company) return false;
    return wanted.every((word) => words.includes(word));
  });
}

/** True when the list is as the register keeps it: only then a stick may stand beside it. */
export const isWhole = (filter: ListFilter): boolean =>
  filter.search.trim() === '' && filter.kind === 'all' && filter.year === 'all' && filter.company === null;

/** Kinds in a list with their counts, the most frequent first; at most four, the rest is found by searching. */
export function kindsOf(rows: RecordRow[]): { schema: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows) if (row.schema) counts.set(row.schema, (counts.get(row.schema) ?? 0) + 1);
  return [...counts].map(([schema, count]) => ({ schema, count })).sort((a, b) => b.count - a.count);
}

/** Years in a list, the newest first. */
export function yearsOf(rows: RecordRow[], language: Language): string[] {
  return [...new Set(rows.map((row) => row.date.slice(0, 4)).filter((year) => /^\d{4}$/.test(year)))].sort((a, b) =>
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
