import type { RecordRow } from '../../../../backend/contract';
import { decimalOf, textOf } from '../../../../shared/record/values';

/** All proven values of one laboratory test, the newest first. */
export interface TestSeries {
  loinc: string;
  rows: RecordRow[];
}

/** Tests by their LOINC code, those measured last first. */
export function testSeries(rows: RecordRow[]): TestSeries[] {
  const found = new Map<string, RecordRow[]>();
  for (const row of rows) {
    if (row.schema !== 'lab' || row.verdict.verdict !== 'proven' || row.superseded) continue;
    const key = textOf(row.fields, 'loinc') || textOf(row.fields, 'analyte');
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return [...found]
    .map(([loinc, series]) => ({ loinc, rows: series.sort((a, b) => b.date.localeCompare(a.date) || b.n - a.n) }))
    .sort((a, b) => (b.rows[0]?.date ?? '').localeCompare(a.rows[0]?.date ?? ''));
}

/** Values of a series, oldest first, for a small drawing. */
export const valuesOf = (series: TestSeries): number[] =>
  [...series.rows].reverse().flatMap((row) => {
    const value = decimalOf(row.fields.value);
    return value === null ? [] : [value];
  });

/** Doses against one disease. */
export interface Protection {
  disease: string;
  last: RecordRow;
  doses: number;
  /** Day the next dose is due, or an empty text. */
  next: string;
}

/** Vaccinations by disease: only the last dose says when the next is due. */
export function protections(rows: RecordRow[]): Protection[] {
  const found = new Map<string, RecordRow[]>();
  for (const row of rows) {
    if (row.schema !== 'vaccination' || row.verdict.verdict !== 'proven' || row.superseded) continue;
    const disease = textOf(row.fields, 'disease') || textOf(row.fields, 'title');
    found.set(disease, [...(found.get(disease) ?? []), row]);
  }
  return [...found]
    .flatMap(([disease, doses]) => {
      const last = doses.sort((a, b) => b.date.localeCompare(a.date) || b.n - a.n)[0];
      return last ? [{ disease, last, doses: doses.length, next: textOf(last.fields, 'next_due') }] : [];
    })
    .sort((a, b) => (a.next || '9999').localeCompare(b.next || '9999'));
}

/** Prescriptions still to be bought on a day, those that run out first in front. */
export function unbought(rows: RecordRow[], today: string): RecordRow[] {
  return rows
    .filter(
      ({ schema, verdict, superseded, fields }) =>
        schema === 'prescription' &&
        verdict.verdict === 'proven' &&
        !superseded &&
        textOf(fields, 'status') === 'active' &&
        textOf(fields, 'valid_until') >= today,
    )
    .sort((a, b) => textOf(a.fields, 'valid_until').localeCompare(textOf(b.fields, 'valid_until')));
}
