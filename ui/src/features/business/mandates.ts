import type { RecordList, RecordRow, SubjectRef } from '../../backend/contract';
import { textOf, type Fields } from '../../shared/record/values';

/** True while a power lasts on an ISO day. */
export function lasts(fields: Fields, today: string): boolean {
  const [since, until, powers] = ['since', 'until', 'powers_until'].map((name) => textOf(fields, name));
  return (!since || since <= today) && (!until || until > today) && (!powers || powers >= today);
}

/** The newest proven version of each record of a kind, in the order of the list. */
export function currentRows(list: RecordList, schema: string): RecordRow[] {
  return list.rows.filter((row) => row.schema === schema && row.verdict.verdict === 'proven' && !row.superseded).sort((a, b) => a.n - b.n);
}

/** The company a mandate names. */
export const companyRef = (row: RecordRow): SubjectRef => ({
  kind: 'company',
  country: 'EE',
  code: textOf(row.fields, 'company_code'),
  name: textOf(row.fields, 'company'),
});

/** `sole`, `joint` or an empty text: how the person's own mandate binds the company. */
export function mandateKind(mandates: RecordList | undefined, code: string, today: string): string {
  const own = mandates
    ? currentRows(mandates, 'mandate').find((row) => textOf(row.fields, 'company_code') === code && lasts(row.fields, today))
    : undefined;
  return own ? textOf(own.fields, 'representation') : '';
}

/** Roles that give the power to sign. */
const SIGNING = new Set(['JUHL', 'PROK', 'LIKV']);

/** Persons on the card with a role that signs; those whose power lasts first. */
export function representatives(list: RecordList, today: string): { row: RecordRow; now: boolean }[] {
  return currentRows(list, 'card_person')
    .filter((row) => SIGNING.has(textOf(row.fields, 'role')))
    .map((row) => ({ row, now: lasts(row.fields, today) }))
    .sort((a, b) => Number(b.now) - Number(a.now));
}
