import type { RecordList, RecordRow } from '../../../backend/contract';
import { needsAttention } from '../../../shared/list/rows';
import { textOf } from '../../../shared/record/values';

/** Rows shown when nothing is new. */
const NEWEST = 6;

/** When a row became known: taken by the register or sealed. */
export const knownMs = (row: RecordRow): number => row.sealedMs ?? row.receivedMs ?? 0;

/** Rows after an instant, newest first; without any, the newest there are. */
export function changes(lists: RecordList[], since: number | null): { rows: RecordRow[]; fresh: boolean } {
  const rows = lists.flatMap((list) => list.rows).sort((a, b) => knownMs(b) - knownMs(a) || b.date.localeCompare(a.date));
  const fresh = since === null ? [] : rows.filter((row) => knownMs(row) > since);
  return fresh.length > 0 ? { rows: fresh, fresh: true } : { rows: rows.slice(0, NEWEST), fresh: false };
}

/** Why a new row should be looked at soon, or `null`. */
export type Alert = 'mandate' | 'interest' | 'corrected';

/** New rows that a person should hear of: powers that changed, a charge for paying late, a corrected document. */
export function alertOf(row: RecordRow): Alert | null {
  if (row.verdict.verdict !== 'proven' || row.superseded) return null;
  if (row.schema === 'mandate') return 'mandate';
  if (row.schema === 'prepayment' && textOf(row.fields, 'kind') === 'interest') return 'interest';
  return row.version > 1 && row.schema === 'visit' ? 'corrected' : null;
}

/** Rows that could not be verified or must not be relied on. That an earlier version is old is no news. */
export const doubtful = (lists: RecordList[]): RecordRow[] =>
  lists
    .flatMap((list) => list.rows)
    .filter(({ verdict, superseded }) => needsAttention(verdict.verdict) && !(superseded && verdict.verdict === 'oldVersion'));

/** A row that was shown without being verified. */
export interface Doubt {
  row: RecordRow;
  /** The list no longer names it. */
  gone: boolean;
}

/**
 * What was shown without being verified, kept until it verifies: a row that disappears from its list, or whose register
 * falls silent, stays here.
 */
export function keepDoubts(kept: Doubt[], lists: RecordList[]): Doubt[] {
  const now = doubtful(lists);
  const listed = new Set(lists.flatMap((list) => list.rows).map(({ id }) => id));
  const loaded = new Set(lists.map(({ register }) => register));
  const earlier = kept.filter(({ row }) => !listed.has(row.id)).map(({ row }) => ({ row, gone: loaded.has(row.register) }));
  return [...now.map((row) => ({ row, gone: false })), ...earlier];
}
