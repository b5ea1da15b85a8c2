import type { RecordList, RecordRow, Session } from '../../../backend/contract';
import { needsAttention } from '../../../shared/list/rows';
import { textOf } from '../../../shared/record/values';

const NEWEST = 6;
const CHANGES_MAX = 12;

/** When a row became known: taken by the register or sealed. */
export const knownMs = (row: RecordRow): number => row.sealedMs ?? row.receivedMs ?? 0;

/** Rows since the last visit, newest first; without any, the newest there are. */
export function changes(lists: RecordList[], session: Session): { rows: RecordRow[]; fresh: boolean } {
  const rows = lists.flatMap((list) => list.rows).sort((a, b) => knownMs(b) - knownMs(a) || b.date.localeCompare(a.date));
  const since = session.previousVisitMs;
  const fresh = since === null ? [] : rows.filter((row) => knownMs(row) > since);
  return fresh.length > 0 ? { rows: fresh.slice(0, CHANGES_MAX), fresh: true } : { rows: rows.slice(0, NEWEST), fresh: false };
}

/** Rows that could not be verified or must not be relied on. */
export const doubtful = (lists: RecordList[]): RecordRow[] =>
  lists.flatMap((list) => list.rows).filter((row) => needsAttention(row.verdict.verdict) && !row.superseded);

/** Something dated that lies ahead, taken from proven rows only. */
export interface Ahead {
  date: string;
  kind: 'unbought' | 'vaccine';
  row: RecordRow;
}

/** What the proven rows say is still to come. `today` is an ISO day. */
export function ahead(lists: RecordList[], today: string): Ahead[] {
  const found: Ahead[] = [];
  for (const row of lists.flatMap((list) => list.rows)) {
    if (row.verdict.verdict !== 'proven' || row.superseded) continue;
    const until = textOf(row.fields, 'valid_until');
    if (row.schema === 'prescription' && textOf(row.fields, 'status') === 'active' && until >= today)
      found.push({ date: until, kind: 'unbought', row });
    const due = textOf(row.fields, 'next_due');
    if (row.schema === 'vaccination' && due >= today) found.push({ date: due, kind: 'vaccine', row });
  }
  return found.sort((a, b) => a.date.localeCompare(b.date)).slice(0, NEWEST);
}
